import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import type { JobControl } from '../../src-main/contract/job.ts';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { regionOf } from '../../src-main/imaging/cells/cell-mask.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import {
  openPromptImage,
  openPromptTile,
  promptCell,
  tileAt,
} from '../../src-main/inference/prompt-image.ts';
import type { PromptedCell } from '../../src-main/inference/prompt-image.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { brightSpots, fakeModel } from './fake-model.ts';
import type { FakeModel } from './fake-model.ts';

beforeAll(() => tf.setBackend('cpu'));

const control: JobControl = { signal: new AbortController().signal, onProgress: () => undefined };

async function promptAt(
  model: FakeModel,
  plane: FloatPlane,
  at: { y: number; x: number },
  options: { scale: number; tileSizePx?: number },
): Promise<PromptedCell | null> {
  const prompt = openPromptImage(model as never, [plane], options);
  if (prompt === null) return null;
  const place = tileAt(prompt, at);
  if (place === null) return null;
  const tile = await openPromptTile(model, prompt, place);
  const cell = await promptCell(model, prompt, tile, at);
  tf.dispose(tile.features);
  return cell;
}

/** Pixels of a mask as indices into an image of this width. */
function pixelsOf({ mask }: PromptedCell, width: number): number[] {
  const { top, left, width: columns, data } = regionOf(mask);
  return [...data.keys()]
    .filter((i) => data[i] === 1)
    .map((i) => (top + Math.floor(i / columns)) * width + left + (i % columns));
}

test.each([
  { scale: 1, tileSizePx: 1152, size: 90 },
  { scale: 0.5, tileSizePx: 1152, size: 180 },
  { scale: 1, tileSizePx: 160, size: 400 },
])(
  'a question at a found cell has that cell’s pixels as its answer: scale $scale, tiles of $tileSizePx px',
  async ({ scale, tileSizePx, size }) => {
    const places = [
      [0.3, 0.25],
      [0.45, 0.8],
      [0.81, 0.52],
    ].map(([y, x]) => [y! * size, x! * size] as const);
    const plane = brightSpots(size, size, places, 7 / scale);
    const model = fakeModel({ brightness: 2 });
    const options = { scale, tileSizePx, tileMarginPx: 48 };
    const found = await segmentImage(networkOf(model), [plane], { ...options, control });
    expect(found.scores).toHaveLength(3);
    const before = tf.memory().numTensors;
    for (const [k, score] of found.scores.entries()) {
      const at = { y: found.locations[2 * k]!, x: found.locations[2 * k + 1]! };
      const cell = await promptAt(model, plane, at, options);
      const own = [...found.labels.data.keys()].filter((i) => found.labels.data[i] === k + 1);
      expect(pixelsOf(cell!, size)).toEqual(own);
      expect(cell!.score).toBeGreaterThan(0.9 * score);
    }
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('the place is the prompt: the outline follows it where the network proposes nothing', async () => {
  const plane = brightSpots(90, 90, [[30, 30]]);
  const cell = await promptAt(fakeModel(), plane, { y: 60.5, x: 55.5 }, { scale: 1 });
  const pixels = pixelsOf(cell!, 90);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(pixels.map((i) => Math.floor(i / 90) + 0.5))).toBeCloseTo(60.5, 0);
  expect(mean(pixels.map((i) => (i % 90) + 0.5))).toBeCloseTo(55.5, 0);
  // The fake network gives a disc of radius 10. Its score there is not that of a proposal.
  expect(Math.abs(pixels.length / (Math.PI * 100) - 1)).toBeLessThan(0.03);
  expect(cell!.score).toBeLessThan(0.01);
});

test('outside the image, in padding and in a blank image there is nothing', async () => {
  const model = fakeModel();
  const plane = brightSpots(90, 90, [[30, 30]]);
  expect(await promptAt(model, plane, { y: -1, x: 30 }, { scale: 1 })).toBeNull();
  expect(await promptAt(model, plane, { y: 30, x: 90 }, { scale: 1 })).toBeNull();
  const blank = { height: 90, width: 90, data: new Float32Array(8100).fill(7) };
  expect(await promptAt(model, blank, { y: 30, x: 30 }, { scale: 1 })).toBeNull();
});
