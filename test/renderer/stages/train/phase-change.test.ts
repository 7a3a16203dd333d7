import { expect, test } from 'vitest';
import type { TrainingRequest } from '../../../../src-main/contract/requests/training-requests.ts';
import { phaseChange } from '../../../../src-renderer/stages/train/phase-change.ts';

const request = (change: Partial<TrainingRequest>): TrainingRequest =>
  ({
    preset: 'small',
    startFrom: null,
    seed: 1,
    until: { kind: 'epochs', epochs: 10 },
    ...change,
  }) as TrainingRequest;
const byMinutes = request({ until: { kind: 'minutes', minutes: 2 } });
// 15 % of 2 minutes are 18 s.
const curves = { steps: [1, 2, 3, 4], elapsedMs: [6000, 12_000, 18_000, 24_000] };

test('by epochs, the change is known at the start', () => {
  expect(phaseChange({ request: request({}), totalSteps: 1500 }, { steps: [], elapsedMs: [] })).toBe(225);
});

test('by minutes, the change is the step that ends after its share of the time', () => {
  expect(phaseChange({ request: byMinutes, totalSteps: 0 }, curves)).toBe(3);
});

test('by minutes, nothing is marked before the change', () => {
  const early = { steps: [1, 2], elapsedMs: [6000, 12_000] };
  expect(phaseChange({ request: byMinutes, totalSteps: 0 }, early)).toBeNull();
});

test.each([
  ['a training as published', request({ method: 'published' })],
  ['a lesson', request({ until: byMinutes.until, teaching: {} })],
  ['no training', null],
])('%s has no change', (_, asked) => {
  expect(phaseChange({ request: asked, totalSteps: 1500 }, curves)).toBeNull();
});
