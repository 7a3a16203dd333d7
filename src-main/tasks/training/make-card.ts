import type { Calibration, ModelCard } from '../../contract/model-card.ts';
import type { TrainingResult } from '../../contract/training.ts';
import type { TrainingRun } from '../../contract/training-run.ts';
import { clipPercentiles } from '../../model/prepare-image.ts';
import { presets } from '../../model/presets.ts';
import { hashBytes } from '../../project/hash-bytes.ts';
import type { Project } from '../../project/project.ts';

/** How a training ended, and the weights it came to. */
export interface TrainedWeights extends Pick<
  TrainingResult,
  'steps' | 'epochs' | 'chosenEpoch' | 'cellSize' | 'elapsedMs'
> {
  engine: string;
  bytes: Uint8Array;
  /** `null` if it could not be measured. */
  calibration: Calibration | null;
}

/** The card of a model that was just trained. */
export async function makeCard(
  project: Project,
  run: TrainingRun,
  trained: TrainedWeights,
): Promise<ModelCard> {
  const { bytes, engine, steps, epochs, chosenEpoch, cellSize, elapsedMs, calibration } = trained;
  const images: NonNullable<ModelCard['training']>['images'] = [];
  const names = new Map<string, Set<string>>();
  for (const image of project.images(run.training)) {
    const { state } = await project.annotation(image).view();
    const full = run.useLabels && state.labels !== null && state.labels.sha256 !== null;
    images.push({
      name: image.name,
      sha256: image.files.map(({ sha256 }) => sha256).join('+'),
      supervision: full ? 'full' : 'weak',
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
    inputChannels: run.channels.map((role) => ({ name: [...(names.get(role) ?? [role])].join(' / '), role })),
    preprocessing: {
      clipPercentiles: { ...clipPercentiles },
      cellSize,
      targetDiameterPx: presets[run.preset].cellDiameterPx,
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
    },
    ...(calibration === null ? {} : { calibration }),
    figures: {},
  };
}
