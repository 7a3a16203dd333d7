import type { CheckedParams } from '../contract/requests.ts';
import type { TrainingRequest, TrainingStatus } from '../contract/requests/training.ts';
import { defaultTrainingSettings } from '../contract/training.ts';
import type { TrainParams } from '../tasks/training/train.ts';

/** The request to the learning process, which chooses the preview image if none is given. */
export function paramsOf({
  name,
  images,
  preset,
  startFrom,
  until,
  seed,
  engine,
  preview,
}: TrainingRequest): TrainParams {
  return {
    preset,
    until,
    seed,
    engine,
    startFrom,
    ...(name === undefined ? {} : { name }),
    ...(images === undefined ? {} : { images }),
    preview: preview ?? null,
  };
}

/** The state of a training at its start. */
export function askedState(idle: TrainingStatus, request: CheckedParams<'training.start'>): TrainingStatus {
  return { ...idle, request, ...totalsOf(request) };
}

/** Number of epochs, if the training is limited by epochs. */
function totalsOf({ until }: TrainingRequest): { totalSteps: number; totalEpochs: number } {
  if (until.kind === 'minutes') return { totalSteps: 0, totalEpochs: 0 };
  return { totalSteps: until.epochs * defaultTrainingSettings.stepsPerEpoch, totalEpochs: until.epochs };
}
