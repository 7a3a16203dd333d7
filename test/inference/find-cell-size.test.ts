import { expect, test } from 'vitest';
import learned from '../../resources/cell-size.json' with { type: 'json' };
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { baseModel } from '../../src-main/contract/shipped-model.ts';
import { resizePlane } from '../../src-main/imaging/resample/resize-plane.ts';
import {
  findCellSize,
  largestWindowPx,
  mostProbableSize,
  sizeSigns,
  triedDiametersPx,
} from '../../src-main/inference/find-cell-size.ts';
import type { SizeSignals } from '../../src-main/inference/find-cell-size.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { includedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { generateLookImage, lookDiameterPx } from '../../src-main/sample/generate-look-image.ts';
import { lookSettings } from '../../src-main/sample/look-settings.ts';
import { withModel } from '../../src-main/tasks/models/with-model.ts';

const { weights } = learned;

/**
 * Signals of cells with a true diameter.
 * @param follows how far masks follow the cells: 1 fully, 0 not at all
 */
function signalsOf(trueDiameterPx: number, follows: number): SizeSignals[] {
  return triedDiametersPx.map((diameterPx) => {
    const away = Math.log2(trueDiameterPx / diameterPx);
    const near = Math.exp(-(away ** 2));
    return {
      explained: 0.02 + 0.15 * near,
      relativeDiameter: 2 ** (follows * away),
      density: 0.1 + 0.1 * near,
      score: 0.2 + 0.35 * near,
    };
  });
}

test('the size is found between the sizes tried, also if masks hardly follow the cells', () => {
  for (const trueDiameterPx of [14, 30, 47, 64, 80]) {
    for (const follows of [0.9, 0.4]) {
      const found = mostProbableSize(signalsOf(trueDiameterPx, follows), weights)!;
      expect(Math.abs(Math.log2(found / trueDiameterPx)), `${trueDiameterPx} ${follows}`).toBeLessThan(
        Math.log2(1.5),
      );
    }
  }
});

test('masks that have the training size at every scale speak against a size that explains more', () => {
  // Cells of 16 px, as a crowd of tiny cells in phase contrast shows them: at 64 px, masks take clusters.
  const signals = signalsOf(16, 0.8).map((signal, k) =>
    triedDiametersPx[k]! >= 45 ? { ...signal, explained: 0.18, relativeDiameter: 1, score: 0.3 } : signal,
  );
  expect(Math.abs(Math.log2(mostProbableSize(signals, weights)! / 16))).toBeLessThan(0.3);
});

test('nothing found is no size; each size has a sign per weight', () => {
  const nothing = triedDiametersPx.map(() => ({ explained: 0, relativeDiameter: 1, density: 0, score: 0 }));
  expect(mostProbableSize(nothing, weights)).toBeNull();
  for (const row of sizeSigns(nothing)) {
    expect(row).toHaveLength(weights.length);
    expect(row.every(Number.isFinite)).toBe(true);
  }
  expect(largestWindowPx(32)).toBe(1536);
});

test('the base model knows the size of cells that it sees for the first time, at any magnification', async () => {
  const base = await loadModelFrom(includedModelPath(baseModel.id)!);
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  await withModel(base, 'onnx', async ({ model }) => {
    const network = networkOf(model.inference);
    const { plane } = generateLookImage(lookSettings['nuclei']!, 9_300_001, 400);
    for (const magnification of [0.5, 1, 2]) {
      const side = Math.round(400 * magnification);
      const image: FloatPlane = resizePlane(plane, side, side);
      const found = await findCellSize(network, [image], control);
      expect(Math.abs(Math.log2(found! / (magnification * lookDiameterPx))), `${magnification}`).toBeLessThan(
        Math.log2(1.3),
      );
    }
  });
});
