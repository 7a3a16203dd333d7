import { expect, test } from 'vitest';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { poissonCount } from '../../src-main/sample/poisson-count.ts';
import { smoothNoise } from '../../src-main/sample/smooth-noise.ts';

test.each([0, 0.3, 5, 59, 61, 400])('Poisson counts of mean %d have that mean and variance', (mean) => {
  const random = new SeededRandom(1, mean);
  const counts = Array.from({ length: 20_000 }, () => poissonCount(mean, random));
  const average = counts.reduce((a, b) => a + b) / counts.length;
  const variance = counts.reduce((sum, value) => sum + (value - average) ** 2, 0) / counts.length;
  expect(counts.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
  expect(Math.abs(average - mean)).toBeLessThanOrEqual(5 * Math.sqrt(mean / counts.length));
  expect(Math.abs(variance - mean)).toBeLessThanOrEqual(0.05 * mean);
});

test.each([3, 10])('smooth noise at a scale of %d px has mean 0, deviation 1 and no jumps', (scalePx) => {
  const { data } = smoothNoise(200, 300, scalePx, new SeededRandom(2));
  const average = data.reduce((a, b) => a + b) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - average) ** 2, 0) / data.length;
  expect(Math.abs(average)).toBeLessThan(0.15);
  expect(Math.abs(variance - 1)).toBeLessThan(0.15);
  let steepest = 0;
  for (let i = 1; i < data.length; i++) {
    if (i % 300 !== 0) steepest = Math.max(steepest, Math.abs(data[i]! - data[i - 1]!));
  }
  expect(steepest).toBeLessThan(6 / scalePx);
  expect(() => smoothNoise(4, 4, 0, new SeededRandom(2))).toThrow('received 0');
});
