import type { EngineStatus } from '../../contract/requests/host-requests.ts';
import type { EpochReport, StepReport } from '../../contract/training.ts';
import { engineStatus } from '../doctor/engine-status.ts';
import type { TrainParams } from './begin-training.ts';
import { previewImage } from './open-preview.ts';
import type { TrainListeners } from './train-on-project.ts';

/** The reports of a running training. */
export type TrainingReport =
  /** The new model, and the image segmented after every epoch. */
  | { kind: 'model'; model: string; preview: string | null }
  | { kind: 'engine'; status: EngineStatus }
  | { kind: 'step'; step: StepReport }
  /** `preview`: whether the epoch has one. */
  | { kind: 'epoch'; epoch: EpochReport; preview: boolean };

/** Listeners of a training that report it to windows. */
export function reportTraining(
  { preview }: Pick<TrainParams, 'preview'>,
  report: (report: TrainingReport) => void,
): TrainListeners {
  return {
    onModel: (model, run) => report({ kind: 'model', model, preview: previewImage(preview, run) }),
    onEngine: (engine) => report({ kind: 'engine', status: engineStatus(engine) }),
    onStep: (step) => report({ kind: 'step', step }),
    onEpoch: (epoch, _, isKept) => report({ kind: 'epoch', epoch, preview: isKept }),
  };
}
