import { expect, it } from 'vitest';
import { experimentSchema } from './experiment.ts';
import { mergeResults } from './results.ts';
import type { ExperimentResults, Run } from './results.ts';

const experiment = experimentSchema.parse({
  title: 'colonies',
  data: { generated: 'colonies', seed: 1, training: 2, heldOut: 1 },
  foreground: 'none',
  locations: 'none',
  labels: true,
  settings: {},
  training: { preset: 'tiny', steps: 10, seed: 1 },
});
const results = (commit: string, ...seeds: number[]): ExperimentResults => ({
  name: 'colonies',
  command: 'npm run experiment -- colonies',
  experiment,
  floor: null,
  runs: seeds.map((seed) => ({ seed, commit }) as Run),
});

it('seeds measured apart come together, the later measurement of a seed in the place of the earlier', () => {
  const { runs } = mergeResults(results('old', 2, 3), results('new', 1, 3));
  expect(runs.map(({ seed, commit }) => `${seed} ${commit}`)).toEqual(['1 new', '2 old', '3 new']);
});

it('results of other settings are not mixed', () => {
  const other = { ...experiment, training: { ...experiment.training, steps: 20 } };
  expect(() => mergeResults(results('old', 1), { ...results('new', 2), experiment: other })).toThrow(
    'colonies is not what was measured as colonies: their settings differ.',
  );
});
