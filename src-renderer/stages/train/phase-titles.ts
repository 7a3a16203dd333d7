import type { TrainingPhase } from '../../../src-main/contract/requests/training.ts';

/** What a training is at, in a word or two. */
export const phaseTitles: Record<TrainingPhase, string> = {
  idle: 'Training',
  preparing: 'Getting ready',
  running: 'Training',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
  finished: 'Done',
  stopped: 'Stopped',
  failed: 'It did not work',
};
