import { expect, test } from 'vitest';
import { coarseBlur } from '../../../src-main/imaging/resample/coarse-blur.ts';
import { gaussianFilter } from '../../../src-main/imaging/filters/gaussian-filter.ts';
import { blockMeans } from '../../../src-main/imaging/resample/block-means.ts';

test('blockMeans averages squares, and what is left of them at the edge', () => {
  const plane = { height: 3, width: 5, data: Float32Array.of(1, 3, 5, 7, 9, 1, 3, 5, 7, 11, 2, 4, 6, 8, 12) };
  expect(blockMeans(plane, 2)).toEqual({
    height: 2,
    width: 3,
    data: Float32Array.of(2, 6, 10, 3, 7, 12),
  });
});

test.each([
  [149, 203],
  [160, 200],
])('coarseBlur of a %i × %i plane is the Gaussian blur to a hundredth of its contrast', (height, width) => {
  const data = Float32Array.from({ length: height * width }, (_, i) =>
    Math.hypot(Math.floor(i / width) - 60, (i % width) - 90) < 30 ? 100 : 10 + (i % width) / 10,
  );
  const coarse = coarseBlur({ height, width, data }, 25);
  const exact = gaussianFilter({ height, width, data }, 25);
  const worst = exact.data.reduce((most, value, i) => Math.max(most, Math.abs(value - coarse.data[i]!)), 0);
  expect([coarse.height, coarse.width]).toEqual([height, width]);
  expect(worst).toBeLessThan(0.9);
});

test('a small σ is blurred exactly', () => {
  const plane = { height: 1, width: 9, data: Float32Array.of(0, 0, 0, 0, 9, 0, 0, 0, 0) };
  expect(coarseBlur(plane, 2)).toEqual(gaussianFilter(plane, 2));
});
