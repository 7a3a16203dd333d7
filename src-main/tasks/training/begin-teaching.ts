import { presetNames } from '../../contract/choices.ts';
import { LacssError } from '../../contract/errors.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { baseModel } from '../../contract/shipped-model.ts';
import { defaultTrainingSettings } from '../../contract/training.ts';
import type { TrainingSettings } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { ModelStore } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';
import { modelToStartFrom } from './model-to-start-from.ts';
import type { TrainingImages } from './plan-training.ts';
import { annotatedImages, planTraining } from './plan-training.ts';
import { readCorrections } from './read-corrections.ts';

/** The choices of a lesson. */
export interface TeachParams {
  /**
   * The taught model: of the project by id or name, or the path of one. @default that of the corrected
   * predictions
   */
  parent?: string;
  /** Ids or names of corrected images. @default all with corrections */
  images?: readonly string[];
  /** Share of the steps that repeat examples learnt earlier. @default 0.5 */
  rehearsalShare?: number;
  /** The name of the new model. @default its id */
  name?: string;
  until: { kind: 'minutes'; minutes: number } | { kind: 'steps'; steps: number };
  seed: number;
}

/** Length of a lesson on two cores. */
export const defaultTeachMinutes = 2;

/** New and known examples equally often. Other shares are not measured yet. */
const defaultRehearsalShare = 0.5;

/** Number of generated images that replace those of an earlier training. */
const generatedImages = 4;

/**
 * The weights that a lesson keeps if it cannot repeat all that the model learnt. Otherwise new features would
 * replace those that other kinds of images need.
 */
const weightsToKeep = ['backbone/'];

/** Training settings of a lesson. docs/teaching.md has the measurements with them. */
const teachingSettings: TrainingSettings = {
  ...defaultTrainingSettings,
  steps: null,
  stepsPerEpoch: 100,
  learningRate: 2e-4,
  warmupSteps: 10,
  // The model already finds cells, so foregrounds are divided from the start.
  partitionAfter: 0,
};

/**
 * Chooses the content of a lesson: the corrected images, and the examples that are repeated so that the model
 * does not forget them.
 * @throws LacssError `annotation-missing` without a correction; `model-invalid`
 */
export async function beginTeaching(
  project: Project,
  models: ModelStore,
  params: TeachParams,
): Promise<{ run: Omit<TrainingRun, 'name'>; leftOut: TrainingImages['leftOut'] }> {
  const asked = params.images === undefined ? project.manifest.images : project.images(params.images);
  const candidates = asked.filter((image) => image.included && !image.validation);
  const corrected: ImageEntry[] = [];
  const leftOut: TrainingImages['leftOut'] = [];
  for (const image of candidates) {
    const hasSome = await readCorrections(project, image).then(
      (corrections) => corrections !== null,
      (error: unknown) => {
        if (!(error instanceof LacssError)) throw error;
        leftOut.push({ image: image.id, name: image.name, reason: error.message });
        return false;
      },
    );
    if (hasSome) corrected.push(image);
  }
  if (corrected.length === 0) {
    throw new LacssError('annotation-missing', 'There is nothing to teach: no cell is corrected.', {
      remedy: 'Accept, reject, edit or add some cells in Review. A dozen is a good start.',
    });
  }
  const parentId = params.parent ?? (await modelOfCorrections(project, corrected));
  const { card } = await modelToStartFrom(models, parentId);
  const earlier = await earlierImages(project, card, corrected);
  const repeatsAll = knowsOnly(card, earlier);
  const { validation } = await planTraining(project, { images: [] });
  const settings = { ...teachingSettings, seed: params.seed };
  return {
    leftOut,
    run: {
      startedAt: new Date().toISOString(),
      preset: requirePreset(card),
      ...(card.variant === undefined ? {} : { variant: card.variant }),
      channels: card.inputChannels.map(({ role }) => requireRole(card, role)),
      training: corrected.map(({ id }) => id),
      validation: validation.map(({ id }) => id),
      useLabels: true,
      startedFrom: parentId,
      settings:
        params.until.kind === 'steps'
          ? { ...settings, steps: params.until.steps }
          : { ...settings, minutes: params.until.minutes },
      teaching: {
        parent: { id: parentId, name: card.name, weightsSha256: card.weights.sha256 },
        ...(card.preprocessing.anySize === true ? { anySize: true } : {}),
        ...(repeatsAll ? {} : { fixed: weightsToKeep }),
        rehearsal: {
          images: earlier.map(({ id }) => id),
          generated: repeatsAll ? 0 : generatedImages,
          agreement: !repeatsAll,
          share: params.rehearsalShare ?? defaultRehearsalShare,
        },
      },
    },
  };
}

/** The model whose cells were corrected last. */
async function modelOfCorrections(project: Project, corrected: readonly ImageEntry[]): Promise<string> {
  let latest: { model: string; at: string } | null = null;
  for (const image of corrected) {
    const { state } = await project.annotation(image).view();
    const prediction = predictionOf(state.review?.source.parameters.prediction);
    if (prediction !== null && (latest === null || prediction.madeAt > latest.at)) {
      latest = { model: prediction.model, at: prediction.madeAt };
    }
  }
  return latest?.model ?? baseModel.id;
}

function predictionOf(value: unknown): { model: string; madeAt: string } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { model, madeAt } = value as Record<string, unknown>;
  return typeof model === 'string' && typeof madeAt === 'string' ? { model, madeAt } : null;
}

/**
 * Images of the project that the model was trained on, recognised by their content, if they are annotated
 * here. Corrected images and validation images are left out.
 */
async function earlierImages(
  project: Project,
  card: ModelCard,
  corrected: readonly ImageEntry[],
): Promise<ImageEntry[]> {
  const known = new Set(card.training?.images.map(({ sha256 }) => sha256));
  const isCorrected = new Set(corrected.map(({ id }) => id));
  const there = project.manifest.images.filter(
    (image) =>
      !image.validation &&
      !isCorrected.has(image.id) &&
      known.has(image.files.map(({ sha256 }) => sha256).join('+')),
  );
  return (await annotatedImages(project, there, { useLabels: true, foreground: 'picked', judges: false }))
    .usable;
}

/** Whether the earlier images include everything that the model learnt. */
function knowsOnly(card: ModelCard, earlier: readonly ImageEntry[]): boolean {
  const { training } = card;
  if (training === null || earlier.length === 0) return false;
  // A taught model also has the knowledge of its parent.
  if ((training.teaching?.rehearsal.generated ?? 0) > 0) return false;
  return earlier.length >= training.images.length / 2;
}

function requirePreset(card: ModelCard): TrainingRun['preset'] {
  const preset = presetNames.find((name) => name === card.preset);
  if (preset !== undefined) return preset;
  throw new RangeError(`Expected a preset, received ${card.preset}`);
}

function requireRole(card: ModelCard, role: string): TrainingRun['channels'][number] {
  if (role === 'cells' || role === 'nuclei') return role;
  throw new LacssError('model-invalid', `${card.name} uses a channel that is neither cells nor nuclei.`, {
    subject: card.name,
    remedy: 'Train a model of this project, and correct its cells.',
  });
}
