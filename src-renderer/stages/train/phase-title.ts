import type { TrainingPhase } from '../../../src-main/contract/requests/training-requests.ts';

/** The title of a training phase. */
export function phaseTitle(phase: TrainingPhase): string {
  switch (phase) {
    case 'idle':
    case 'running':
      return 'Training';
    case 'preparing':
      return 'Preparing';
    case 'pausing':
      return 'Pausing';
    case 'paused':
      return 'Paused';
    case 'stopping':
      return 'Stopping';
    case 'finished':
      return 'Finished';
    case 'stopped':
      return 'Stopped';
    case 'failed':
      return 'Failed';
  }
}
