import { expect, it } from 'vitest';
import { rankNext, type ImageFeatures } from '../../../src-main/tasks/review/rank-next.ts';

const image = (change: Partial<ImageFeatures> = {}): ImageFeatures => ({
  doubt: 0.2,
  cells: 50,
  corrected: 0,
  medianAreaPx: 800,
  medianScore: 0.8,
  density: 1e-4,
  ...change,
});

it('doubt × number of cells, while nothing is corrected', () => {
  const ranked = rankNext([image(), image({ doubt: 0.6 }), image({ cells: 200 }), image({ cells: 0 })]);
  expect(ranked.map(({ index, reason }) => [index, reason])).toEqual([
    [2, 'many-cells'],
    [1, 'doubtful'],
    [0, 'doubtful'],
  ]);
  expect(ranked[0]!.gain).toBeCloseTo(0.2 * 200, 9);
});

it('an image unlike the corrected ones comes before one like them', () => {
  const ranked = rankNext([image({ corrected: 20 }), image(), image({ medianAreaPx: 3200 })]);
  expect(ranked[0]).toMatchObject({ index: 2, reason: 'unlike' });
  // d = ln 4: 1 − e^−d = ¾; the image like the corrected one has the least, 0.2.
  expect(ranked[0]!.gain).toBeCloseTo(0.2 * 50 * 0.75, 9);
  expect(ranked[1]!.gain).toBeCloseTo(0.2 * 50 * 0.2, 9);
});
