import { expect, test } from 'vitest';
import { foregroundCandidates } from '../../../src-main/annotation/foreground-candidates.ts';
import { rankCandidates } from '../../../src-main/annotation/rank-candidates.ts';
import { foregroundIou } from '../foreground-iou.ts';
import { emptyField, generatedCells } from './generated-cells.ts';

const settings = { feature: 'auto', method: 'graph-cut', presets: null } as const;
const sizes = [6, 8, 12, 20, 60, 140, 300];

/** Grain within 6 px is seen on 28 pixels only: there the best candidate has 0.798. */
const cases = sizes.flatMap((size) => [
  ['fluorescence', size, 0.8] as const,
  ['phase', size, size === 6 ? 0.79 : 0.8] as const,
]);

test.each(cases)('%s: a candidate for cells of %i px has an IoU of %d and more', (kind, size, least) => {
  const { plane, truth } = generatedCells(kind, size, 3);
  const candidates = foregroundCandidates(plane, settings);
  const best = Math.max(...candidates.map(({ mask }) => foregroundIou(mask, truth)));
  expect(best).toBeGreaterThanOrEqual(least);
  expect(rankCandidates(candidates).isEmpty).toBe(false);
});

test.each([
  { grain: 0.7, shade: 0 },
  { grain: 1.5, shade: 0.1 },
  { grain: 3, shade: 0.5 },
])('a field without cells has no foreground: grain of $grain px, shade $shade', ({ grain, shade }) => {
  const candidates = foregroundCandidates(emptyField(grain, shade, 5), settings);
  expect(rankCandidates(candidates).isEmpty).toBe(true);
});

test('known locations decide whether an image is empty', () => {
  const cells = foregroundCandidates(generatedCells('fluorescence', 20, 1).plane, settings);
  expect(rankCandidates(cells, new Float32Array(0)).isEmpty).toBe(true);
  const empty = foregroundCandidates(emptyField(1.5, 0, 1), settings);
  expect(rankCandidates(empty, Float32Array.of(20, 30)).isEmpty).toBe(false);
});
