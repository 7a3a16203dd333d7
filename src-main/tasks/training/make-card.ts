import type { Calibration, ModelCard } from '../../contract/model-card.ts';
import type { AnnotationState } from '../../contract/project-files.ts';
import type { TeachingRecord } from '../../contract/teaching.ts';
import type { TrainingResult } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { clipPercentiles } from '../../model/prepare-image.ts';
import { presets } from '../../model/presets.ts';
import { learnedLook } from './learned-look.ts';
import { hashBytes } from '../../project/hash-bytes.ts';
import type { Project } from '../../project/project.ts';
import type { Supervision } from '../../training/training-example.ts';
import { hasCorrections, isAllChecked } from './read-corrections.ts';

/** The result of a training, and its weights. */
export interface TrainedWeights extends Pick<
  TrainingResult,
  'steps' | 'epochs' | 'chosenEpoch' | 'cellSize' | 'elapsedMs'
> {
  engine: string;
  bytes: Uint8Array;
  /** `null` if it could not be measured. */
  calibration: Calibration | null;
  /** Of a lesson: its lineage and figures. */
  teaching?: TeachingRecord;
}

/** The card of a model that was just trained. @throws LacssError `cancelled` */
export async function makeCard(
  project: Project,
  run: TrainingRun,
  trained: TrainedWeights,
  signal: AbortSignal,
): Promise<ModelCard> {
  const { bytes, engine, steps, epochs, chosenEpoch, cellSize, elapsedMs, calibration, teaching } = trained;
  const look = await learnedLook(project, run, cellSize, signal);
  const images: NonNullable<ModelCard['training']>['images'] = [];
  const names = new Map<string, Set<string>>();
  for (const image of project.images(learntImages(project, run))) {
    const { state } = await project.annotation(image).view();
    const supervision = supervisionKind(run, image.id, state);
    images.push({
      name: image.name,
      sha256: image.files.map(({ sha256 }) => sha256).join('+'),
      supervision,
      ...(supervision === 'weak' && state.foreground !== null ? { foreground: state.foreground.source } : {}),
    });
    for (const role of run.channels) {
      const channel = image.channelNames[image.roles[role] ?? -1];
      names.set(role, (names.get(role) ?? new Set()).add(channel ?? role));
    }
  }
  return {
    format: 'lacss-model',
    version: 1,
    name: run.name,
    createdAt: new Date().toISOString(),
    preset: run.preset,
    ...(run.variant === undefined ? {} : { variant: run.variant }),
    inputChannels: run.channels.map((role) => ({ name: [...(names.get(role) ?? [role])].join(' / '), role })),
    preprocessing: {
      clipPercentiles: { ...clipPercentiles },
      cellSize,
      targetDiameterPx: presets[run.preset].cellDiameterPx,
      ...(run.teaching?.anySize === true ? { anySize: true } : {}),
    },
    weights: { parameters: bytes.length / 4, byteLength: bytes.length, sha256: hashBytes(bytes) },
    training: {
      settings: run.settings,
      engine,
      images,
      startedFrom: run.startedFrom,
      steps,
      elapsedMs,
      chosenEpoch,
      epochs,
      ...(teaching === undefined ? {} : { teaching }),
    },
    ...(calibration === null ? {} : { calibration }),
    ...(look === undefined ? {} : { look }),
    figures: {},
  };
}

/** Images of a training, including those that a lesson repeats. */
function learntImages(project: Project, { training, teaching }: TrainingRun): string[] {
  const there = new Set(project.manifest.images.map(({ id }) => id));
  return [...training, ...(teaching?.rehearsal.images ?? []).filter((id) => there.has(id))];
}

function supervisionKind(
  { useLabels, variant, training, teaching }: TrainingRun,
  image: string,
  state: AnnotationState,
): Supervision['kind'] {
  // A lesson learns the corrections, also where the image has outlines.
  if (teaching !== undefined && training.includes(image)) return 'reviewed';
  const incomplete = variant?.foreground === 'none' ? 'points' : 'weak';
  if (!useLabels) return incomplete;
  if (state.labels !== null && state.labels.sha256 !== null) return 'full';
  if (isAllChecked(state)) return 'full';
  return hasCorrections(state) ? 'reviewed' : incomplete;
}
