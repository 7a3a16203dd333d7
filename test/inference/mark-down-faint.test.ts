import { expect, test } from 'vitest';
import { markDownFaint } from '../../src-main/inference/mark-down-faint.ts';

test('what is fainter than 0.7 of the usual falls as the square of what is missing', () => {
  // The half with higher scores: 0.9, 0.8, 0.7 with contrasts 12, 10, 4. The usual contrast is 10, and 7 is
  // enough.
  const scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
  const marked = markDownFaint(scores, [12, 10, 4, 7, 3.5, 100]);
  expect(marked[0]).toBe(0.9);
  expect(marked[1]).toBe(0.8);
  expect(marked[2]).toBeCloseTo(0.7 * (4 / 7) ** 2, 6);
  expect(marked[3]).toBe(0.6);
  expect(marked[4]).toBeCloseTo(0.5 / 4, 6);
  expect(marked[5]).toBe(0.4);
});

test('four cells say nothing of what is usual, nor do cells without an outline', () => {
  expect(markDownFaint([0.9, 0.8, 0.7, 0.6], [10, 10, 10, 1])).toEqual([0.9, 0.8, 0.7, 0.6]);
  const scores = [0.9, 0.8, 0.7, 0.6, 0.5];
  expect(markDownFaint(scores, [undefined, 10, 10, 10, 1])).toEqual(scores);
});

test('an image without any contrast leaves scores as they are', () => {
  expect(markDownFaint([0.9, 0.8, 0.7, 0.6, 0.5], [0, 0, 0, 0, 0])).toEqual([0.9, 0.8, 0.7, 0.6, 0.5]);
  expect(markDownFaint([], [])).toEqual([]);
});
