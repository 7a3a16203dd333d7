import { expect, test } from 'vitest';
import learned from '../../resources/cell-size.json' with { type: 'json' };
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { baseModel } from '../../src-main/contract/shipped-model.ts';
import { resizePlane } from '../../src-main/imaging/resample/resize-plane.ts';
import {
  findCellSize,
  largestWindowPx,
  lookWindowsPx,
  mostProbableSize,
  sizeSigns,
  sureSize,
  triedDiametersPx,
} from '../../src-main/inference/find-cell-size.ts';
import type { ProbableSize, SizeSignals } from '../../src-main/inference/find-cell-size.ts';
import type { FoundCell } from '../../src-main/inference/found-cell.ts';
import type { Network } from '../../src-main/inference/network.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { includedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { generateLookImage, lookDiameterPx } from '../../src-main/sample/generate-look-image.ts';
import { lookSettings } from '../../src-main/sample/look-settings.ts';
import { withModel } from '../../src-main/tasks/models/with-model.ts';

const { weights } = learned.looks[1]!;

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
      const found = mostProbableSize(signalsOf(trueDiameterPx, follows), weights)!.diameterPx;
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
  expect(Math.abs(Math.log2(mostProbableSize(signals, weights)!.diameterPx / 16))).toBeLessThan(0.3);
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

/**
 * A network that finds disks of its training size all over an image.
 * @param scoreOf a window of this height
 */
function diskNetwork(scoreOf: (height: number) => number): Network & { pixels: number[] } {
  const cellDiameterPx = 32;
  const side = 2 * cellDiameterPx;
  const logits = Float32Array.from({ length: side ** 2 }, (_, i) => {
    const [y, x] = [Math.floor(i / side) + 0.5, (i % side) + 0.5];
    return Math.hypot(y - side / 2, x - side / 2) < cellDiameterPx / 2 ? 8 : -8;
  });
  const pixels: number[] = [];
  return {
    pixels,
    inputChannels: 1,
    method: 'improved',
    cellDiameterPx,
    predict: ({ height, width }) => {
      pixels.push(height * width);
      const cells: FoundCell[] = [];
      for (let y = 24; y < height; y += 48) {
        for (let x = 24; x < width; x += 48) {
          const patch = { top: y - side / 2, left: x - side / 2, height: side, width: side, stride: 1 };
          cells.push({ y, x, score: scoreOf(height), logits, ...patch });
        }
      }
      return Promise.resolve({ cells, tiles: 1, notice: {} });
    },
  };
}

const control = { signal: new AbortController().signal, onProgress: () => undefined };

/** A plane with waves of 40 px. */
function waves(side: number): FloatPlane {
  const wave = (at: number): number => Math.sin((2 * Math.PI * at) / 40);
  const data = Float32Array.from({ length: side * side }, (_, i) => wave(i / side) + wave(i % side));
  return { height: side, width: side, data };
}

test('the time of an estimate does not grow with the image', async () => {
  const costs: number[] = [];
  for (const side of [1600, 3000]) {
    const network = diskNetwork(() => 0.5);
    expect(await findCellSize(network, [waves(side)], control)).not.toBeNull();
    costs.push(network.pixels.reduce((sum, count) => sum + count, 0));
  }
  expect(costs[1]! / costs[0]!).toBeCloseTo(1, 2);
});

test('the second look is taken only if the first one leaves the size in doubt', async () => {
  const looks: number[] = [];
  const of = (...answers: (ProbableSize | null)[]): Promise<number | null> => {
    looks.length = 0;
    return sureSize((look) => {
      looks.push(look);
      return answers[look]!;
    });
  };
  const [sure, doubtful] = [
    { diameterPx: 20, probability: 0.8 },
    { diameterPx: 40, probability: 0.5 },
  ];
  expect([await of(sure, doubtful), [...looks]]).toEqual([20, [0]]);
  expect([await of(doubtful, sure), [...looks]]).toEqual([20, [0, 1]]);
  expect([await of(null, doubtful), [...looks]]).toEqual([40, [0, 1]]);
  expect([await of(sure, null), [...looks]]).toEqual([20, [0]]);
  expect(await of(doubtful, null)).toBeNull();
  expect(lookWindowsPx).toEqual([192, 384]);
});

test('a scale a little larger is taken if cells explain more of a window there', async () => {
  const plane = waves(1600);
  const largest = (height: number): boolean => height > 450;
  const usual = await findCellSize(
    diskNetwork((height) => (largest(height) ? 0.3 : 0.5)),
    [plane],
    control,
  );
  const larger = await findCellSize(
    diskNetwork((height) => (largest(height) ? 0.7 : 0.5)),
    [plane],
    control,
  );
  expect(usual! / larger!).toBeCloseTo(1.25, 6);
});

test('the base model knows the size of cells that it sees for the first time, at any magnification', async () => {
  const base = await loadModelFrom(includedModelPath(baseModel.id)!);
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
