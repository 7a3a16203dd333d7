import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cropPatches, pastePatches } from '../../../src-main/engine/operations/crop-and-paste.ts';
import { draw, engineUnderTest, expectSameOnBoth, openBothEngines } from '../both-engines.ts';

beforeAll(openBothEngines);
afterAll(async () => {
  await tf.setBackend(engineUnderTest);
});

/** Inside, beyond each border, wholly outside, and the same place twice. */
const places = [
  [2, 1],
  [-2, 3],
  [5, -1],
  [6, 4],
  [-9, 0],
  [2, 1],
  [0, 40],
];

function tensor<R extends tf.Rank>(shape: number[], seed: number): tf.Tensor<R> {
  return tf.tensor<R>(draw({ shape }, seed), shape as tf.ShapeMap[R]);
}

function origins(): tf.Tensor2D {
  return tf.tensor2d(places, [places.length, 2], 'int32');
}

describe.each([engineUnderTest, 'cpu'])('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test('a crop holds the map under the patch, and zeros outside', () => {
    const map = tf.tensor3d([1, 2, 3, 4, 5, 6], [2, 3, 1]);
    const at = tf.tensor2d([0, 1, -1, -1, 1, 2], [3, 2], 'int32');
    expect(Array.from(cropPatches(map, at, 2).dataSync())).toEqual([2, 3, 5, 6, 0, 0, 0, 1, 6, 0, 0, 0]);
  });

  test('pasting adds up, and drops what is outside', () => {
    const patches = tf.tensor4d([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2, 1]);
    const at = tf.tensor2d([0, 1, 1, 1], [2, 2], 'int32');
    expect(Array.from(pastePatches(patches, at, 2, 3).dataSync())).toEqual([0, 1, 2, 0, 3 + 10, 4 + 20]);
  });

  test.each([
    [7, 6, 1, 4],
    [9, 5, 3, 5],
    [3, 3, 2, 8],
    [9, 32, 1, 7],
    [20, 16, 1, 18],
  ])('crop and paste are transposes: map %i × %i × %i, patches of %i', (height, width, channels, size) => {
    const map = tensor<tf.Rank.R3>([height, width, channels], 1);
    const patches = tensor<tf.Rank.R4>([places.length, size, size, channels], 2);
    const cropped = tf.sum(tf.mul(cropPatches(map, origins(), size), patches)).dataSync()[0];
    const pasted = tf.sum(tf.mul(map, pastePatches(patches, origins(), height, width))).dataSync()[0]!;
    expect(cropped).toBeCloseTo(pasted, 4);
  });

  test('gradients, by finite differences', () => {
    const map = tensor<tf.Rank.R3>([6, 5, 2], 3);
    const direction = tensor<tf.Rank.R3>([6, 5, 2], 4);
    // Not linear in the map, and through both: paste(crop(x)²).
    const value = (x: tf.Tensor3D): tf.Scalar =>
      tf.sum(tf.square(pastePatches(tf.square(cropPatches(x, origins(), 3)), origins(), 7, 7)));
    const step = 0.05;
    const moved = (by: number): number => value(tf.add(map, tf.mul(direction, by))).dataSync()[0]!;
    // The value is of fourth order in the map, so this is exact up to rounding.
    const slope = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
    const gradient = tf.grad((x: tf.Tensor) => value(x as tf.Tensor3D))(map);
    const expected = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
    const size = tf.norm(gradient).dataSync()[0]!;
    expect(Math.abs(slope - expected) / size).toBeLessThan(2e-3);
  });

  test('no patches at all', () => {
    const none = tf.zeros<tf.Rank.R2>([0, 2], 'int32');
    expect(cropPatches(tf.ones([3, 3, 2]), none, 2).shape).toEqual([0, 2, 2, 2]);
    expect(Array.from(pastePatches(tf.zeros([0, 2, 2, 1]), none, 2, 2).dataSync())).toEqual([0, 0, 0, 0]);
  });
});

test.each([
  [9, 32, 7],
  [20, 16, 18],
  [6, 48, 1],
])('of one channel, %i × %i, patches of %i: the same numbers on both', async (height, width, size) => {
  await expectSameOnBoth(
    [{ shape: [height, width, 1] }],
    (map: tf.Tensor3D) => cropPatches(map, origins(), size),
    // Its gradient is the pasting below, which may sum in another order.
    { gradient: false, tolerance: 0 },
  );
  await expectSameOnBoth([{ shape: [places.length, size, size, 1] }], (patches: tf.Tensor4D) =>
    pastePatches(patches, origins(), height, width),
  );
  await expectSameOnBoth([], () => cropPatches(tf.fill([height, width, 1], 3), origins(), size), {
    gradient: false,
    tolerance: 0,
  });
});

test('other shapes and types are refused, saying what came', () => {
  const map = tf.zeros<tf.Rank.R3>([4, 4, 1]);
  expect(() => cropPatches(map, tf.zeros<tf.Rank.R2>([2, 2]), 2)).toThrow(
    /origins: expected int32 of rank 2, received float32/,
  );
  expect(() => cropPatches(map, tf.zeros<tf.Rank.R2>([2, 3], 'int32'), 2)).toThrow(
    /expected \[N, 2\], received \[2,3\]/,
  );
  const patches = tf.zeros<tf.Rank.R4>([3, 2, 2, 1]);
  expect(() => pastePatches(patches, tf.zeros<tf.Rank.R2>([2, 2], 'int32'), 4, 4)).toThrow(
    /received 2 for 3 patches/,
  );
});
