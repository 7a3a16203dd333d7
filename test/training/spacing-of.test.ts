import { expect, it } from 'vitest';
import { spacingOf } from '../../src-main/training/spacing-of.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

it('is the spacing of a grid, whose points have two nearest neighbours or more', () => {
  const grid = Array.from({ length: 12 }, (_, k) => [5 * Math.floor(k / 4), 5 * (k % 4)]).flat();
  expect(spacingOf(Float32Array.from(grid))).toBe(5);
});

it('is the median of the distances to the second nearest, as found by comparing all', () => {
  const random = new SeededRandom(1, 'points');
  for (const count of [3, 4, 40, 41]) {
    const points = Float32Array.from({ length: 2 * count }, () => 100 * random.uniform());
    const distances = Array.from({ length: count }, (_, a) => {
      const others = Array.from({ length: count }, (_, b) => b).filter((b) => b !== a);
      const sorted = others
        .map((b) => Math.hypot(points[2 * a]! - points[2 * b]!, points[2 * a + 1]! - points[2 * b + 1]!))
        .sort((c, d) => c - d);
      return sorted[1]!;
    }).sort((a, b) => a - b);
    const middle = (distances[Math.floor((count - 1) / 2)]! + distances[Math.ceil((count - 1) / 2)]!) / 2;
    expect(spacingOf(points)).toBeCloseTo(middle, 6);
  }
});

it('is 0 without a third point', () => {
  expect(spacingOf(new Float32Array(0))).toBe(0);
  expect(spacingOf(Float32Array.of(3, 4, 5, 6))).toBe(0);
});
