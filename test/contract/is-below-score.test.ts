import { expect, test } from 'vitest';
import { isBelowScore, leastScore, usualMinScore } from '../../src-main/contract/is-below-score.ts';

test('the project decides, otherwise the model, otherwise the usual score', () => {
  expect(leastScore({ minScore: 0.5 }, 0.1)).toBe(0.5);
  expect(leastScore({ minScore: 0 }, 0.1)).toBe(0);
  expect(leastScore({ minScore: null }, 0.1)).toBe(0.1);
  expect(leastScore({ minScore: null }, undefined)).toBe(usualMinScore);
});

test('a cell at the minimum is shown, although its score is kept as a 32-bit number', () => {
  for (const least of [0.1, 0.12, 0.3, 0.7]) {
    expect(isBelowScore(0, Math.fround(least), least)).toBe(false);
    expect(isBelowScore(0, Math.fround(least) - 1e-6, least)).toBe(true);
  }
});

test('a mark counts more than the score', () => {
  for (const mark of [1, 2, 3]) expect(isBelowScore(mark, 0, 1)).toBe(false);
});
