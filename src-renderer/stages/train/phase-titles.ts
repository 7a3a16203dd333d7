import type { TrainingPhase } from '../../../src-main/contract/requests/training-requests.ts';

/** The title of each training phase. */
export const phaseTitles: Record<TrainingPhase, string> = {
  idle: 'Training',
  preparing: 'Preparing',
  running: 'Training',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
};
