import type { CheckedParams } from '../contract/requests.ts';
import type { TrainingRequest, TrainingStatus } from '../contract/requests/training-requests.ts';
import { shippedModel } from '../contract/shipped-model.ts';
import { defaultTrainingSettings } from '../contract/training.ts';
import type { TrainingJob } from '../tasks/training/train-or-teach.ts';

/** The request to the learning process, which chooses the preview image if none is given. */
export function paramsOf({
  name,
  images,
  preset,
  method,
  startFrom,
  until,
  seed,
  engine,
  preview,
  cellDiameterPx,
  teaching,
}: TrainingRequest): TrainingJob {
  return {
    ...(teaching === undefined ? {} : { teaching }),
    preset,
    ...(method === undefined ? {} : { variant: { method } }),
    until,
    seed,
    engine,
    startFrom,
    ...(cellDiameterPx === undefined ? {} : { cellDiameterPx }),
    ...(name === undefined ? {} : { name }),
    ...(images === undefined ? {} : { images }),
    preview: preview ?? null,
  };
}

/** A lesson as a training: its model decides the preset. */
export function lessonRequest({
  project,
  model,
  images,
  minutes,
  seed,
  engine,
}: CheckedParams<'training.teach'>): CheckedParams<'training.start'> {
  return {
    project,
    preset: shippedModel.preset,
    startFrom: model ?? null,
    until: { kind: 'minutes', minutes },
    seed,
    engine,
    ...(images === undefined ? {} : { images }),
    teaching: {},
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
