import { expect, test } from 'vitest';
import { defaultTrainingSettings } from '../../../../src-main/contract/training.ts';
import { expectedTime } from '../../../../src-renderer/stages/train/expected-time.ts';

const steps = defaultTrainingSettings.stepsPerEpoch;
const models = [
  { name: 'newest', preset: 'small', msPerStep: null },
  { name: 'newer', preset: 'tiny', msPerStep: 20 },
  { name: 'older', preset: 'small', msPerStep: 200 },
] as const;

test('the newest model of the preset that tells the time of a step gives the estimate', () => {
  expect(expectedTime(models, 'small', 10)).toEqual({ seconds: 2 * steps, model: 'older' });
  expect(expectedTime(models, 'tiny', 5)).toEqual({ seconds: 0.1 * steps, model: 'newer' });
});

test('without such a model nothing is promised', () => {
  expect(expectedTime(models, 'paper', 10)).toBeNull();
  expect(expectedTime([], 'small', 10)).toBeNull();
});
