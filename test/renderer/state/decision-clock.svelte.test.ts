import { expect, test } from 'vitest';
import { DecisionClock } from '../../../src-renderer/state/decision-clock.svelte.ts';

/** The median after decisions at these times, ms. */
function medianAfter(...timesMs: number[]): number | null {
  const clock = new DecisionClock();
  for (const time of timesMs) clock.note(time);
  return clock.medianSeconds;
}

test.each([
  [[], null],
  [[0], null],
  [[0, 1000], null],
  [[0, 1000, 4000], 2],
  [[0, 5000, 6000, 8000], 2],
])('decisions at %j ms have the median %j s', (times, median) => {
  expect(medianAfter(...times)).toBe(median);
});

test('a break is no decision', () => {
  expect(medianAfter(0, 1000, 200_000, 203_000)).toBe(2);
});

test('decisions of long ago do not count', () => {
  const slow = Array.from({ length: 100 }, (_, i) => i * 60_000);
  const fast = Array.from({ length: 100 }, (_, i) => 99 * 60_000 + (i + 1) * 1000);
  expect(medianAfter(...slow, ...fast)).toBe(1);
});
