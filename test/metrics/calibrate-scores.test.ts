import { expect, test } from 'vitest';
import { calibrateScores } from '../../src-main/metrics/calibrate-scores.ts';
import type { JudgedCell } from '../../src-main/metrics/calibrate-scores.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

/** `1` is a right cell, `0` a wrong one. */
function cellsOf(rights: string, scores: readonly number[]): JudgedCell[] {
  return scores.map((score, i) => ({ score, right: rights[i] === '1' }));
}

test('shares rise: neighbours that fall are pooled, equal scores are one', () => {
  const { curve } = calibrateScores(cellsOf('010111', [0.1, 0.2, 0.3, 0.4, 0.4, 0.5]), 6);
  expect(curve).toEqual([
    { score: 0.1, share: 0 },
    { score: 0.2, share: 1 / 2 },
    { score: 0.4, share: 1 },
  ]);
});

test('the minimum has the best F1, and lies between the scores', () => {
  // Shown from 0.4: F1 = 2·3 / (3 + 4). From 0.2: 2·4 / (5 + 4). From 0.1: 2·4 / (7 + 4).
  const cells = cellsOf('0010111', [0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.9]);
  expect(calibrateScores(cells, 4)).toMatchObject({
    found: 7,
    foundRight: 4,
    truth: 4,
    minScore: 0.15,
    f1: 8 / 9,
    hiddenRight: 0,
  });
  // With more true cells, each right cell counts less; 1 of 2 below is still above half of the F1.
  expect(calibrateScores(cells, 20).minScore).toBe(0.15);
});

test('where every cell is worth showing, the minimum is half the lowest score', () => {
  expect(calibrateScores(cellsOf('11', [0.3, 0.9]), 2)).toMatchObject({ minScore: 0.15, f1: 1 });
  expect(calibrateScores(cellsOf('10', [0.3, 0.9]), 1)).toMatchObject({ minScore: 0.15 });
});

test('scores nearer than two decimals are told apart', () => {
  const { minScore } = calibrateScores(cellsOf('0001', [0.0011, 0.0012, 0.0013, 0.0016]), 1);
  expect(minScore).toBeGreaterThan(0.0013);
  expect(minScore).toBeLessThanOrEqual(0.0016);
});

test('no minimum between pooled blocks has a better F1, whatever the cells', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = new SeededRandom(seed);
    const cells = Array.from({ length: 5 + random.integer(60) }, () => {
      const score = Math.round(50 * random.uniform()) / 50;
      return { score, right: random.uniform() < score };
    });
    const right = cells.filter((cell) => cell.right).length;
    const truth = right + random.integer(20) + 1;
    const { curve, f1, minScore, hiddenRight } = calibrateScores(cells, truth);
    const f1From = (least: number): number => {
      const shown = cells.filter(({ score }) => score >= least);
      return (2 * shown.filter((cell) => cell.right).length) / (shown.length + truth);
    };
    expect(f1From(minScore)).toBeCloseTo(f1, 12);
    expect(cells.filter((cell) => cell.right && cell.score < minScore)).toHaveLength(hiddenRight);
    for (const { score } of curve) expect(f1From(score)).toBeLessThanOrEqual(f1 + 1e-12);
    expect(curve.map(({ share }) => share)).toEqual(curve.map(({ share }) => share).sort((a, b) => a - b));
  }
});

test('without cells there is nothing to calibrate', () => {
  expect(() => calibrateScores([], 3)).toThrow(RangeError);
});
