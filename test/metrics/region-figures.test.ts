import { expect, it } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import {
  compareRegions,
  judgeRegions,
  regionFigures,
  type JudgedRegion,
} from '../../src-main/metrics/region-figures.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

const size = 64;

/** Squares of 6 px on a grid of 8 px; some are moved, some are missing. */
function someCells(seed: number, moved: number): { labels: LabelImage; scores: Float32Array } {
  const random = new SeededRandom(seed);
  const data = new Int32Array(size * size);
  const scores: number[] = [];
  for (let k = 0; k < 64; k++) {
    if (moved > 0 && random.uniform() < 0.1) continue;
    const shift = moved > 0 && random.uniform() < moved ? 1 + random.integer(2) : 0;
    const [top, left] = [8 * Math.floor(k / 8) + shift, 8 * (k % 8)];
    scores.push(random.uniform());
    for (let i = 0; i < 36; i++) data[(top + Math.floor(i / 6)) * size + left + (i % 6)] = scores.length;
  }
  return { labels: { height: size, width: size, data }, scores: Float32Array.from(scores) };
}

const truth = someCells(0, 0).labels;
const regionOf = (y: number, x: number): string => `${Math.floor(y / 16)},${Math.floor(x / 16)}`;

it('all regions together have the figures of the whole image', () => {
  const found = someCells(5, 0.5);
  const expected = averagePrecision([matchInstances(found.labels, found.scores, truth, [0.5, 0.75])]);
  const regions = judgeRegions(found, truth, regionOf);
  expect(regions.size).toBe(16);
  const { AP50, AP75, FNR50 } = regionFigures([...regions.values()]);
  expect(AP50).toBeCloseTo(expected.averagePrecision[0]!, 12);
  expect(AP75).toBeCloseTo(expected.averagePrecision[1]!, 12);
  expect(FNR50).toBeCloseTo(expected.falseNegativeRate[0]!, 12);
  expect(AP75).toBeLessThan(AP50);
});

it('by hand: two right of three found, three true', () => {
  const found = [
    { score: 0.9, at50: true, at75: false },
    { score: 0.8, at50: false, at75: false },
    { score: 0.7, at50: true, at75: true },
  ];
  // Precision 1/1 at the first and 2/3 at the third; at 0.75 only 1/3.
  expect(regionFigures([{ found, truths: 3 }])).toEqual({
    AP50: (1 + 2 / 3) / 3,
    AP75: 1 / 3 / 3,
    FNR50: 1 / 3,
  });
  expect(regionFigures([])).toEqual({ AP50: 0, AP75: 0, FNR50: 0 });
});

it('the interval of a change holds the change, and 0 only where nothing is sure', () => {
  const random = new SeededRandom(1);
  const before = judgeRegions(someCells(5, 0.9), truth, regionOf);
  const after = judgeRegions(someCells(6, 0.1), truth, regionOf);
  const figures = compareRegions(before, after, () => random.uniform());
  expect([figures.cells, figures.regions]).toEqual([64, 16]);
  const [low, high] = figures.change!.AP75;
  const change = figures.after.AP75 - figures.before.AP75;
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThan(change);
  expect(high).toBeGreaterThan(change);
  const same = compareRegions(before, before, () => random.uniform());
  expect(same.change).toEqual({ AP50: [0, 0], AP75: [0, 0], FNR50: [0, 0] });
});

it('too few regions give figures without an interval', () => {
  const regions = new Map<string, JudgedRegion>([['0,0', { found: [], truths: 2 }]]);
  const figures = compareRegions(regions, new Map(), () => 0);
  expect(figures.change).toBeNull();
  expect([figures.before.FNR50, figures.after.FNR50, figures.cells]).toEqual([1, 0, 2]);
});
