import type { ProjectId } from '../contract/fields.ts';
import type { TrainingStatus } from '../contract/requests/training-requests.ts';

/** The training state of a project without a training. */
export function idleTraining(project: ProjectId): TrainingStatus {
  return {
    project,
    phase: 'idle',
    request: null,
    model: null,
    message: '',
    aside: null,
    step: 0,
    totalSteps: 0,
    epoch: 0,
    totalEpochs: 0,
    secondsLeft: null,
    elapsedSeconds: 0,
    best: null,
    incidents: [],
    failure: null,
  };
}
