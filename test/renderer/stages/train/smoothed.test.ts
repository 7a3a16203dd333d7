import { expect, test } from 'vitest';
import { smoothed } from '../../../../src-renderer/stages/train/smoothed.ts';

test('a constant stays what it is, from the first value on', () => {
  for (const value of smoothed([5, 5, 5])) expect(value).toBeCloseTo(5, 12);
});

test('weighs the past by `keep`, its beginning taken into account', () => {
  // 0.5 · 0.5 + 0.5 · 1 over the weights 0.25 + 0.5
  expect(smoothed([0, 1], 0.5)[1]).toBeCloseTo(0.5 / 0.75, 12);
});

test('a missing value leaves a gap and is not remembered', () => {
  const [, gap, after] = smoothed([2, Number.NaN, 2]);
  expect(gap).toBeNaN();
  expect(after).toBeCloseTo(2, 12);
});
