import { expect, test } from 'vitest';
import { rankCandidates } from '../../src-main/annotation/rank-candidates.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { hasSharedData } from '../fixtures/shared-data.ts';
import { blockMeans } from '../../src-main/imaging/resample/block-means.ts';
import { foregroundIou } from './foreground-iou.ts';
import { sharedPlane } from './shared-planes.ts';
import { emptyField, generatedCells } from './generated-cells.ts';
import { foregroundCandidates } from '../fixtures/candidates.ts';

const settings = { feature: 'auto', method: 'graph-cut', presets: null } as const;
/** Between 13 and 24 px, the scales of the local contrast grow to their default. */
const sizes = [6, 7, 8, 10, 12, 14, 16, 18, 20, 24, 28, 40, 60, 90, 140, 200, 300];

const cases = (['fluorescence', 'phase'] as const).flatMap((kind) =>
  sizes.map((size) => [kind, size] as const),
);

test.each(cases)('%s: a candidate for cells of %i px has an IoU of 0.8 and more', (kind, size) => {
  // Each size has its own seed, so that no value is fitted to one image.
  const { plane, truth } = generatedCells(kind, size, size);
  const candidates = foregroundCandidates(plane, settings);
  const best = Math.max(...candidates.map(({ mask }) => foregroundIou(mask, truth)));
  expect(best).toBeGreaterThanOrEqual(0.8);
  expect(rankCandidates(candidates).isEmpty).toBe(false);
});

test.each([6, 8, 12])('cells of %i px are found in means of blocks of 2 px as well', (size) => {
  const side = 2;
  const { plane, truth } = generatedCells('fluorescence', size, 3);
  const candidates = foregroundCandidates(blockMeans(plane, side), { ...settings, blockPx: side });
  const shares = blockMeans({ ...truth, data: Float32Array.from(truth.data, (v) => Math.min(1, v)) }, side);
  const blocks = { ...shares, data: Int32Array.from(shares.data, (share) => Math.round(share)) };
  const best = Math.max(...candidates.map(({ mask }) => foregroundIou(mask, blocks)));
  expect(best).toBeGreaterThanOrEqual(0.8);
});

test.each([
  { grain: 0.7, shade: 0 },
  { grain: 1.5, shade: 0.1 },
  { grain: 3, shade: 0.5 },
])('a field without cells has no foreground: grain of $grain px, shade $shade', ({ grain, shade }) => {
  const candidates = foregroundCandidates(emptyField(grain, shade, 5), settings);
  expect(rankCandidates(candidates).isEmpty).toBe(true);
});

test.skipIf(!hasSharedData)('a field that cells cover almost wholly is not empty', async () => {
  // Confluent generated cells in fluorescence, real ones in phase contrast, and dense nuclei of a tissue.
  const { height, width, membrane } = generateColonyImage(1004);
  const planes = [
    { height, width, data: Float32Array.from(membrane) },
    await sharedPlane('livecell/SKOV3_Phase_E4_1_02d12h00m_2_image.tif'),
    await sharedPlane('plantseg-ovule/nuclei_1135_z70_image.tif'),
    await sharedPlane('cellpose-cyto-sample/style3_495_image.tif'),
  ];
  for (const plane of planes) {
    expect(rankCandidates(foregroundCandidates(plane, settings)).isEmpty).toBe(false);
  }
});

test('known locations decide whether an image is empty', () => {
  const cells = foregroundCandidates(generatedCells('fluorescence', 20, 1).plane, settings);
  expect(rankCandidates(cells, new Float32Array(0)).isEmpty).toBe(true);
  const empty = foregroundCandidates(emptyField(1.5, 0, 1), settings);
  expect(rankCandidates(empty, Float32Array.of(20, 30)).isEmpty).toBe(false);
});
