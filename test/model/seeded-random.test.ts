import { expect, it } from 'vitest';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

const draw = (random: SeededRandom, n: number): number[] => Array.from({ length: n }, () => random.uniform());

it('gives the same numbers for the same seeds, and others for others', () => {
  const first = draw(new SeededRandom(1, 'crop', 2), 5);
  expect(draw(new SeededRandom(1, 'crop', 2), 5)).toEqual(first);
  expect(draw(new SeededRandom(1, 'crop', 3), 5)).not.toEqual(first);
  expect(draw(new SeededRandom(1, 'order', 2), 5)).not.toEqual(first);
  expect(draw(new SeededRandom(12, 'crop'), 5)).not.toEqual(draw(new SeededRandom(1, '2crop'), 5));
});

it('is uniform: mean ½, variance 1/12, and as many in each tenth', () => {
  const values = draw(new SeededRandom(3), 20_000);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0.5, 2);
  expect(variance).toBeCloseTo(1 / 12, 2);
  const tenths = new Array<number>(10).fill(0);
  for (const x of values) tenths[Math.floor(10 * x)]!++;
  // Standard deviation of such a count is √(20000 · 0.1 · 0.9) = 42.
  for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(5 * 42);
});

it('first numbers of neighbouring seeds are unrelated', () => {
  const firsts = Array.from({ length: 2000 }, (_, seed) => new SeededRandom(seed, 'crop').uniform() - 0.5);
  let product = 0;
  for (let i = 1; i < firsts.length; i++) product += firsts[i]! * firsts[i - 1]!;
  // The sum of 2000 products of variance 1/144 deviates by √2000 / 12 = 3.7.
  expect(Math.abs(product)).toBeLessThan(5 * 3.7);
});

it('normal deviates have mean 0, variance 1 and a normal’s share beyond 2', () => {
  const random = new SeededRandom(4);
  const values = Array.from({ length: 20_000 }, () => random.normal());
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
  expect(values.filter((x) => Math.abs(x) > 2).length / values.length).toBeCloseTo(0.0455, 2);
});

it('permutes: every number once, every place reached', () => {
  const random = new SeededRandom(5);
  expect(random.permutation(6).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(random.permutation(0)).toEqual([]);
  const seen = new Set(Array.from({ length: 200 }, () => random.permutation(3).join('')));
  expect(seen.size).toBe(6);
});
