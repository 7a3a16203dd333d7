import { expect, test } from 'vitest';
import { levelWithin } from '../../../src-main/imaging/source/level-within.ts';

const levels = [
  { height: 100, width: 200 },
  { height: 50, width: 100 },
  { height: 25, width: 50 },
];

test.each([
  [20_000, { level: 0, every: 1, height: 100, width: 200 }],
  [19_999, { level: 1, every: 1, height: 50, width: 100 }],
  [1_250, { level: 2, every: 1, height: 25, width: 50 }],
  // √(1250 / 300) = 2.04
  [300, { level: 2, every: 3, height: 9, width: 17 }],
])('at most %i pixels', (mostPixels, expected) => {
  expect(levelWithin(levels, mostPixels)).toEqual(expected);
});
