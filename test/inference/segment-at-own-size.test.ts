import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import type { FloatPlane, LabelImage, Segmentation } from '../../src-main/contract/pixels.ts';
import { labelComponents } from '../../src-main/imaging/label/label-components.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import {
  explained,
  explainsMore,
  meanDiameter,
  segmentAtOwnSize,
} from '../../src-main/inference/segment-at-own-size.ts';
import type { ScaledSegmentation } from '../../src-main/inference/segment-at-own-size.ts';
import { segmentEvery } from '../../src-main/inference/segment-image.ts';
import type { SegmentingModel } from '../../src-main/inference/predict-tile.ts';

const known = 32;
const patchSize = 64;
const maskStride = 2;
const gridStride = 4;

const control = { signal: new AbortController().signal, onProgress: () => undefined };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/**
 * A model that finds bright disks at any size. Its scores are higher the closer they are to its training
 * size.
 */
function diskModel({ isSureAnyway = false, maskLogit = 8 } = {}): SegmentingModel & { scales: number[] } {
  const scales: number[] = [];
  let labels: Int32Array = new Int32Array();
  let width = 0;
  let height = 0;
  return {
    scales,
    inputChannels: 1,
    preset: { method: 'improved', padTo: 16, cellDiameterPx: known, largestTilePx: 4096 },
    features(image) {
      [, height, width] = image.shape;
      scales.push(width);
      const bright = Uint8Array.from(image.dataSync(), (value) => (value > 1 ? 1 : 0));
      labels = labelComponents({ height, width, data: bright }, 4).data;
      const cells = new Map<number, { y: number; x: number; area: number }>();
      labels.forEach((label, i) => {
        if (label === 0) return;
        const cell = cells.get(label) ?? { y: 0, x: 0, area: 0 };
        cell.y += Math.floor(i / width) + 0.5;
        cell.x += (i % width) + 0.5;
        cell.area++;
        cells.set(label, cell);
      });
      const [rows, columns] = [height / gridStride, width / gridStride];
      const scores = new Float32Array(rows * columns).fill(-10);
      const offsets = new Float32Array(2 * rows * columns);
      for (const { y, x, area } of cells.values()) {
        const [cy, cx] = [y / area / gridStride, x / area / gridStride];
        const at = Math.floor(cy) * columns + Math.floor(cx);
        const away = Math.abs(Math.log(Math.sqrt((4 / Math.PI) * area) / known));
        scores[at] = isSureAnyway ? 3 - (known - Math.sqrt(area)) / 100 : 3 - 2 * away;
        offsets[2 * at] = cy - Math.floor(cy) - 0.5;
        offsets[2 * at + 1] = cx - Math.floor(cx) - 0.5;
      }
      return {
        scoreLogits: tf.tensor2d(scores, [rows, columns]),
        offsets: tf.tensor3d(offsets, [rows, columns, 2]),
        locationStride: gridStride,
        segmentationMap: tf.zeros<tf.Rank.R3>([1, 1, 1]),
        encodingMap: undefined,
        stemMap: undefined,
      };
    },
    segment(_features, locations) {
      const at = locations.dataSync();
      const [count] = locations.shape;
      const origins = Int32Array.from(at, (place) => Math.trunc(place / maskStride) - patchSize / 2);
      const logits = Float32Array.from({ length: count * patchSize ** 2 }, (_, i) => {
        const n = Math.floor(i / patchSize ** 2);
        const row = Math.floor((i % patchSize ** 2) / patchSize);
        const y = Math.floor((origins[2 * n]! + row + 0.5) * maskStride);
        const x = Math.floor((origins[2 * n + 1]! + (i % patchSize) + 0.5) * maskStride);
        const own = labels[Math.floor(at[2 * n]!) * width + Math.floor(at[2 * n + 1]!)]!;
        const isIn = y >= 0 && y < height && x >= 0 && x < width && labels[y * width + x] === own;
        return isIn && own > 0 ? maskLogit : -8;
      });
      return {
        logits: tf.tensor3d(logits, [count, patchSize, patchSize]),
        origins: tf.tensor2d(origins, [count, 2], 'int32'),
        maskStride,
      };
    },
  };
}

/** Nine disks of that diameter on a dark plane. */
function disks(diameterPx: number, count = 9): FloatPlane {
  const side = 240;
  const data = new Float32Array(side * side);
  for (let k = 0; k < count; k++) {
    const [cy, cx] = [40 + 80 * Math.floor(k / 3), 40 + 80 * (k % 3)];
    for (let i = 0; i < data.length; i++) {
      if (Math.hypot(Math.floor(i / side) + 0.5 - cy, (i % side) + 0.5 - cx) < diameterPx / 2) data[i] = 100;
    }
  }
  return { height: side, width: side, data };
}

function atOwnSize(model: SegmentingModel, plane: FloatPlane): Promise<ScaledSegmentation<LabelImage>> {
  const network = networkOf(model);
  return segmentAtOwnSize((scale) => segmentEvery(network, [plane], { scale, control }), network, {
    scale: 1,
  });
}

test.each([24, 48])('cells of %i px are seen at the size the model knows', async (diameterPx) => {
  const model = diskModel();
  const found = await atOwnSize(model, disks(diameterPx));
  expect(found.scores).toHaveLength(9);
  expect(meanDiameter(found) / diameterPx).toBeCloseTo(1, 1);
  expect(Math.abs(Math.log((found.scale * diameterPx) / known))).toBeLessThan(Math.log(1.25));
  expect(model.scales.length).toBeLessThanOrEqual(3);
});

test('cells of nearly that size are seen once, at the training’s scale', async () => {
  const model = diskModel();
  const found = await atOwnSize(model, disks(34));
  expect(found.scale).toBe(1);
  expect(model.scales).toHaveLength(1);
});

test('a scale at which the cells explain less is not taken', async () => {
  const model = diskModel({ isSureAnyway: true });
  const found = await atOwnSize(model, disks(48));
  expect(found.scale).toBe(1);
  expect(model.scales).toHaveLength(2);
});

test('four cells say nothing of a size, and one neither', async () => {
  for (const count of [4, 1]) {
    const model = diskModel();
    const found = await atOwnSize(model, disks(20, count));
    expect(found).toMatchObject({ scale: 1, scores: { length: count } });
    expect(model.scales).toHaveLength(1);
  }
});

test('cells the model does not believe in say nothing of a size', async () => {
  // Masks that disappear at a higher threshold have no stability, and so a score of 0.
  const model = diskModel({ maskLogit: 1 });
  const found = await atOwnSize(model, disks(20));
  expect([...found.scores]).toEqual(Array.from({ length: 9 }, () => 0));
  expect(found.scale).toBe(1);
});

/** Cells in a row: area in px and score of each. */
function cells(...found: [area: number, score: number][]): Segmentation {
  const width = found.reduce((sum, [area]) => sum + area, 1);
  const data = new Int32Array(width);
  let at = 0;
  found.forEach(([area], k) => data.fill(k + 1, at, (at += area)));
  return {
    labels: { height: 1, width, data },
    scores: Float32Array.from(found, ([, score]) => score),
    locations: new Float32Array(2 * found.length),
  };
}

const many = (count: number, area: number, score: number): [number, number][] =>
  Array.from({ length: count }, () => [area, score]);

test('debris that a larger scale shows as well makes cells explain no less; cells that are gone do', () => {
  const before = cells(...many(8, 100, 0.5));
  expect(explained(before)).toBeCloseTo(400, 3);
  const withDebris = cells(...many(8, 100, 0.6), ...many(10, 12, 0.08));
  expect(explainsMore(withDebris, before)).toBe(true);
  expect(explainsMore(before, withDebris)).toBe(false);
  // Three cells that cover the whole image are not better than eight.
  expect(explainsMore(cells(...many(2, 900, 0.9)), before)).toBe(false);
  expect(explainsMore(cells(), before)).toBe(false);
});

test('a long cell that a larger scale chops into beads explains less', () => {
  const before = cells(...many(6, 600, 0.6));
  const beads = cells(...many(22, 160, 0.4));
  expect(explainsMore(beads, before)).toBe(false);
});

/**
 * Ten cells whose masks always have the training size, as with an unsure model. Scores fall with the distance
 * from the right scale. Along a chain of scales the masks overlap less and less.
 */
function unsure(rightScale: number): { at: (scale: number) => Promise<Segmentation>; scales: number[] } {
  const scales: number[] = [];
  const at = (scale: number): Promise<Segmentation> => {
    scales.push(scale);
    const away = Math.log(scale / rightScale);
    const score = 0.8 * Math.exp(-2 * away ** 2);
    const areaPx = Math.round((Math.PI / 4) * (known / scale) ** 2);
    // Masks larger than the cells overlap, but each pixel has one owner.
    const truePx = Math.round((Math.PI / 4) * (known / rightScale) ** 2);
    return Promise.resolve(cells(...many(10, Math.min(areaPx, truePx), score)));
  };
  return { at, scales };
}

test('masks of the training size at a wrong scale say nothing', async () => {
  for (const right of [0.5, 1]) {
    const asTaught = unsure(right);
    const still = await segmentAtOwnSize(asTaught.at, { cellDiameterPx: known }, { scale: 1 });
    expect([still.scale, asTaught.scales]).toEqual([1, [1]]);
  }
});

test('an estimated size is taken as it is, in one look', async () => {
  for (const estimate of [64, 16]) {
    const model = unsure(0.9);
    const found = await segmentAtOwnSize(
      model.at,
      { cellDiameterPx: known },
      { scale: 1, estimateSize: () => Promise.resolve(estimate) },
    );
    expect([found.scale, model.scales]).toEqual([known / estimate, [known / estimate]]);
  }
});

test('without an estimate, a model of many kinds of cells segments like other models', async () => {
  const model = unsure(1);
  const estimateSize = (): Promise<null> => Promise.resolve(null);
  const found = await segmentAtOwnSize(model.at, { cellDiameterPx: known }, { scale: 1, estimateSize });
  expect([found.scale, model.scales]).toEqual([1, [1]]);
});

test('a step is bounded, and the next starts from better masks', async () => {
  const scales: number[] = [];
  // Cells of 100 px. At first the model finds only their core, so they measure 12 px.
  const segmentAt = (scale: number): Promise<Segmentation> => {
    scales.push(scale);
    return Promise.resolve(cells(...many(6, 113, scale === 1 ? 0.5 : 0.3)));
  };
  const found = await segmentAtOwnSize(segmentAt, { cellDiameterPx: known }, { scale: 1 });
  expect(scales).toEqual([1, 1.4]);
  expect(found.scale).toBe(1);
});
