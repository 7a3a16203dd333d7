import { expect, test } from 'vitest';
import { seededWatershed } from '../../../src-main/imaging/watershed/seeded-watershed.ts';
import { floatPlane, golden, labelImage, mask } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

interface Oracle {
  mask: GoldenPlane;
  seeds: number[][];
  cases: { landscape: GoldenPlane; labels: GoldenPlane }[];
}

const oracle = golden<Oracle>('watershed');
const [smooth, steps] = oracle.cases as [Oracle['cases'][0], Oracle['cases'][0]];
const seeds = Float32Array.from(oracle.seeds.flat(), (v) => v + 0.5);

test('gives the labels of skimage on a smooth landscape', () => {
  const labels = seededWatershed(floatPlane(smooth.landscape), seeds, mask(oracle.mask));
  expect(labels).toEqual(labelImage(smooth.labels));
});

test('gives the labels of skimage on a landscape of terraces', () => {
  const labels = seededWatershed(floatPlane(steps.landscape), seeds, mask(oracle.mask));
  expect(labels).toEqual(labelImage(steps.labels));
});

test('a seed outside the mask or the image has no region, and of two in one pixel the first counts', () => {
  const landscape = { height: 1, width: 5, data: Float32Array.of(0, 1, 2, 1, 0) };
  const inside = { height: 1, width: 5, data: Uint8Array.of(1, 1, 1, 0, 1) };
  const points = Float32Array.of(0.5, 3.5, 0.5, 0.2, 0.5, 0.7, -1, 2, 0.5, 5);
  expect([...seededWatershed(landscape, points, inside).data]).toEqual([2, 2, 2, 0, 0]);
});

test('planes of unequal size are refused', () => {
  const landscape = floatPlane(smooth.landscape);
  expect(() => seededWatershed(landscape, seeds, { height: 1, width: 1, data: new Uint8Array(1) })).toThrow(
    /received 1 × 1/,
  );
});
