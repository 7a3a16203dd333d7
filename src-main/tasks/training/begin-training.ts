import type { EngineChoice, ForegroundUse, PresetName } from '../../contract/choices.ts';
import { LacssError } from '../../contract/errors.ts';
import type { NetworkVariant } from '../../contract/network-variant.ts';
import type { TrainingWarning } from '../../contract/requests/training-requests.ts';
import { usualTrainingSettings } from '../../contract/training.ts';
import type { TrainingSettings } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import type { ModelStore } from '../../project/model-store.ts';
import type { Project } from '../../project/project.ts';
import { stripToLeaveOut } from './calibrate-model.ts';
import { foregroundUseOf } from '../../project/foreground-use-of.ts';
import { modelToStartFrom } from './model-to-start-from.ts';
import { planTraining } from './plan-training.ts';
import type { TrainingImages, TrainingSelection } from './plan-training.ts';
import { trainingWarnings } from './training-warnings.ts';
import { withoutLostImages } from './without-lost-images.ts';

export interface TrainParams extends TrainingSelection {
  /** The name of the model. @default its id */
  name?: string;
  preset: PresetName;
  /** What differs from the preset. @default as in the model it starts from, otherwise nothing */
  variant?: NetworkVariant;
  until:
    | { kind: 'epochs'; epochs: number }
    | { kind: 'steps'; steps: number }
    | { kind: 'minutes'; minutes: number }
    | { kind: 'default' };
  /** Decides the weights at the start, sampling and augmentation. */
  seed: number;
  engine: EngineChoice;
  /** A model of the project by id or name, or the path of one; `null`: from random weights. */
  startFrom: string | null;
  /** The input channels of the model. @default cells alone */
  channels?: readonly ('cells' | 'nuclei')[];
  /** Mean diameter of a cell in px. @default from foreground and locations */
  cellDiameterPx?: number;
  /** Other settings that differ from the usual ones. */
  settings?: Partial<TrainingSettings>;
  /** Refuses to train if there is a warning. @default false */
  strict?: boolean;
  /** Resume an interrupted training, by model id or `newest`, with its own settings. */
  resume?: string;
  /**
   * Image to segment after every epoch. `null`: the first validation image, otherwise the first training
   * image.
   * @default none
   */
  preview?: string | null;
}

/** A training that is written down in the project, so that it can be resumed. */
export interface BegunTraining {
  id: string;
  run: TrainingRun;
  leftOut: TrainingImages['leftOut'];
  warnings: TrainingWarning[];
}

/**
 * Writes down a new training, or finds an interrupted one (`params.resume`).
 * @throws LacssError `annotation-missing` without training images; `annotation-invalid` if `params.strict`
 *   and there is a warning; `model-invalid`, `disk-full`, `file-unwritable`
 */
export async function beginTraining(
  project: Project,
  models: ModelStore,
  params: TrainParams,
): Promise<BegunTraining> {
  if (params.resume !== undefined) {
    const id = await models.findResumable(params.resume);
    const begun = await withoutLostImages(project, await models.readRun(id));
    if (begun.run.training.length === 0) {
      throw nothingToTrainOn({ training: [], validation: [], leftOut: begun.leftOut });
    }
    const { foreground = 'picked' } = begun.run.variant ?? {};
    const warnings = await trainingWarnings(project, project.images(begun.run.training), foreground);
    if (params.strict === true && warnings.length > 0) throw tooDoubtful(warnings);
    return { id, ...begun, warnings };
  }
  const plan = await planTraining(project, params);
  if (plan.training.length === 0) throw nothingToTrainOn(plan);
  const foreground = params.foreground ?? foregroundUseOf(project);
  const warnings = await trainingWarnings(project, plan.training, foreground);
  if (params.strict === true && warnings.length > 0) throw tooDoubtful(warnings);
  const id = await models.newId(params.preset, params.name);
  const stripShare = await stripToLeaveOut(project, plan);
  const variant = await wholeVariant(models, params, foreground);
  const run: TrainingRun = {
    name: params.name ?? id,
    startedAt: new Date().toISOString(),
    preset: params.preset,
    ...(variant === undefined ? {} : { variant }),
    channels: [...(params.channels ?? ['cells'])],
    training: plan.training.map((image) => image.id),
    validation: plan.validation.map((image) => image.id),
    useLabels: params.useLabels ?? true,
    ...(stripShare === undefined ? {} : { stripShare }),
    startedFrom: params.startFrom,
    settings: settingsOf(params, variant),
  };
  await models.writeRun(id, run);
  return { id, run, leftOut: plan.leftOut, warnings };
}

/**
 * The variant of the model that the training starts from. Its own choices override it. Whether there is a
 * foreground depends on the images, not on that model.
 */
async function wholeVariant(
  models: ModelStore,
  { startFrom, variant: own }: TrainParams,
  foreground: ForegroundUse,
): Promise<NetworkVariant | undefined> {
  const { variant } = startFrom === null ? {} : (await modelToStartFrom(models, startFrom)).card;
  const whole = { ...variant, ...own };
  delete whole.foreground;
  if (foreground === 'none') whole.foreground = foreground;
  return Object.keys(whole).length === 0 ? undefined : whole;
}

function settingsOf(
  { until, seed, cellDiameterPx, settings }: TrainParams,
  variant: NetworkVariant | undefined,
): TrainingSettings {
  const merged = { ...usualTrainingSettings(variant?.method ?? 'improved'), ...settings, seed };
  if (cellDiameterPx !== undefined) merged.cellDiameterPx = cellDiameterPx;
  if (until.kind === 'steps') return { ...merged, steps: until.steps };
  if (until.kind === 'minutes') return { ...merged, steps: null, minutes: until.minutes };
  if (until.kind === 'epochs') return { ...merged, steps: until.epochs * merged.stepsPerEpoch };
  return merged;
}

function tooDoubtful(warnings: readonly TrainingWarning[]): LacssError {
  const [{ name, message }] = warnings as [TrainingWarning];
  const others = warnings.length === 1 ? '' : ` There are ${warnings.length - 1} more warnings.`;
  return new LacssError('annotation-invalid', `${name}: ${message}${others}`, {
    subject: name,
    remedy: 'Correct the annotation, or train without --strict.',
  });
}

function nothingToTrainOn({ leftOut }: TrainingImages): LacssError {
  const [first] = leftOut;
  const why =
    first === undefined ? 'the project has no images to train on' : `${first.name}: ${first.reason}`;
  return new LacssError('annotation-missing', `There is nothing to train on: ${why}.`, {
    ...(first === undefined ? {} : { subject: first.name }),
    remedy: 'Add images, pick their foregrounds and find their points.',
    command: 'lacss add, lacss foreground, lacss locate',
  });
}
