import { quickTraining } from '../quick-training.ts';

/** Short epochs: a killed training repeats epochs that it had reported but not saved. */
export const killableTraining = {
  ...quickTraining,
  name: 'killed',
  until: { kind: 'steps' as const, steps: 40 },
  settings: { ...quickTraining.settings, stepsPerEpoch: 4 },
};
