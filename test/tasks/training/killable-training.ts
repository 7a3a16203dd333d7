import { quickTraining } from '../quick-training.ts';

/**
 * One epoch: were checkpoints saved with epochs only, a killed training would start again at its first step.
 */
export const killableTraining = {
  ...quickTraining,
  name: 'killed',
  until: { kind: 'steps' as const, steps: 40 },
  settings: { ...quickTraining.settings, stepsPerEpoch: 40 },
};
