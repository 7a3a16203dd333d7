import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { draw, expectSameOnBoth, isTensorflow, isWebgpu, openBothEngines } from '../both-engines.ts';

beforeAll(openBothEngines);

type Pad = Parameters<typeof tf.conv2d>[3];

const explicit: Pad = [
  [0, 0],
  [2, 1],
  [0, 2],
  [0, 0],
];

/** Input, filter, stride, padding: batches of 1 and 2, odd sizes. */
const convolutions: [number[], number[], number | [number, number], Pad][] = [
  [[1, 7, 5, 3], [3, 3, 3, 4], 1, 'same'],
  [[2, 7, 5, 3], [3, 3, 3, 4], 1, 'same'],
  [[2, 7, 6, 3], [3, 3, 3, 4], 2, 'same'],
  [[1, 8, 6, 3], [3, 3, 3, 4], 2, 'same'],
  [[2, 9, 8, 2], [5, 5, 2, 3], 2, 'same'],
  [[2, 7, 5, 3], [1, 1, 3, 4], 1, 'same'],
  [[2, 7, 6, 3], [1, 1, 3, 4], 2, 'valid'],
  [[2, 7, 5, 1], [3, 2, 1, 4], 1, 'valid'],
  [[2, 7, 8, 3], [4, 4, 3, 2], 2, 'same'],
  [[1, 7, 8, 3], [4, 4, 3, 2], 1, 'same'],
  [[2, 6, 5, 3], [3, 3, 3, 2], [2, 1], 'valid'],
  [[1, 1, 1, 3], [3, 3, 3, 2], 1, 'same'],
];
const paddedInNumbers: typeof convolutions = [
  [[2, 6, 5, 3], [3, 3, 3, 2], 1, explicit],
  [[1, 6, 5, 3], [3, 3, 3, 2], 1, 1],
];

describe('convolution', () => {
  const convolve = (...[x, filter, stride, pad]: (typeof convolutions)[number]): Promise<void> =>
    expectSameOnBoth([{ shape: x }, { shape: filter }], (a: tf.Tensor4D, w: tf.Tensor4D) =>
      tf.conv2d(a, w, stride, pad),
    );
  test.each(convolutions)('input %j, filter %j, stride %j, %j', convolve);
  test.skipIf(isTensorflow).each(paddedInNumbers)('input %j, filter %j, stride %j, %j', convolve);
  test('dilated', async () => {
    await expectSameOnBoth(
      [{ shape: [2, 9, 8, 3] }, { shape: [3, 3, 3, 4] }],
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, 'same', 'NHWC', [2, 1]),
      { gradient: false },
    );
  });
  test('one after another', async () => {
    await expectSameOnBoth(
      [{ shape: [2, 8, 6, 3] }, { shape: [3, 3, 3, 4] }, { shape: [1, 1, 4, 2] }, { shape: [4] }],
      (x: tf.Tensor4D, w: tf.Tensor4D, v: tf.Tensor4D, bias: tf.Tensor1D) =>
        tf.conv2d(tf.relu(tf.add(tf.conv2d(x, w, 2, 'same'), bias)), v, 1, 'same'),
    );
  });
  test('fused with bias and activation', async () => {
    for (const activation of ['linear', 'relu', 'relu6', 'leakyrelu'] as const) {
      await expectSameOnBoth(
        [{ shape: [2, 5, 6, 3] }, { shape: [3, 3, 3, 4] }, { shape: [4] }],
        (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D) =>
          tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation, leakyreluAlpha: 0.1 }),
        { gradient: false },
      );
    }
  });
  test('transposed', async () => {
    for (const [shape, filter, out, stride] of [
      [[2, 4, 3, 5], [4, 4, 1, 5], [2, 8, 6, 1], 2],
      [[1, 4, 3, 5], [3, 3, 2, 5], [1, 7, 6, 2], 2],
      [[2, 4, 3, 5], [3, 3, 2, 5], [2, 4, 3, 2], 1],
    ] as const) {
      await expectSameOnBoth(
        [{ shape: [...shape] }, { shape: [...filter] }],
        (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2dTranspose(x, w, [...out], stride, 'same'),
      );
    }
  });
  test.skipIf(isWebgpu)('depthwise', async () => {
    for (const [stride, pad] of [
      [1, 'same'],
      [2, 'same'],
      [1, 'valid'],
    ] as const) {
      await expectSameOnBoth(
        [{ shape: [2, 7, 6, 3] }, { shape: [3, 3, 3, 2] }],
        (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, stride, pad),
      );
    }
  });
});

describe('pooling', () => {
  test.each([
    [[2, 8, 6, 3], 2, 2, 'valid'],
    [[2, 7, 5, 3], 2, 2, 'same'],
    [[1, 7, 5, 3], 3, 1, 'same'],
    [[2, 9, 8, 2], 3, 2, 'same'],
  ] as const)('maximum over %j, window %i, stride %i, %s', async (shape, window, stride, pad) => {
    await expectSameOnBoth([{ shape: [...shape] }], (x: tf.Tensor4D) => tf.maxPool(x, window, stride, pad));
  });
  test.each([
    [[2, 8, 6, 3], 2, 2],
    [[1, 7, 5, 3], 3, 1],
    [[2, 9, 8, 2], 3, 2],
  ] as const)('mean over %j, window %i, stride %i', async (shape, window, stride) => {
    await expectSameOnBoth([{ shape: [...shape] }], (x: tf.Tensor4D) =>
      tf.avgPool(x, window, stride, 'valid'),
    );
  });
  test('mean with a border', async () => {
    await expectSameOnBoth([{ shape: [2, 7, 5, 3] }], (x: tf.Tensor4D) => tf.avgPool(x, 3, 2, 'same'), {
      gradient: false,
    });
  });
});

describe('resizing', () => {
  const sizes: [number[], [number, number]][] = [
    [
      [2, 4, 3, 5],
      [8, 9],
    ],
    [
      [1, 4, 3, 5],
      [8, 6],
    ],
    [
      [2, 7, 5, 2],
      [4, 11],
    ],
    [
      [1, 1, 2, 2],
      [3, 2],
    ],
  ];
  /** [align corners, half-pixel centres] */
  const modes = [
    [false, false],
    [true, false],
    [false, true],
  ] as const;
  const methods = { nearest: tf.image.resizeNearestNeighbor, bilinear: tf.image.resizeBilinear };

  test.each(Object.entries(methods))('%s', async (_, resize) => {
    for (const [shape, size] of sizes) {
      for (const [corners, centres] of modes) {
        await expectSameOnBoth([{ shape }], (x: tf.Tensor4D) => resize(x, size, corners, centres), {
          gradient: false,
        });
      }
    }
  });

  // tfjs `cpu` is wrong here: beyond the first image of a batch (nearest neighbour), for maps that are not
  // square (bilinear), and with half-pixel centres. A resize is linear, so its gradient is right if it is its
  // transpose.
  test.each(Object.entries(methods))('the gradient of %s is its transpose', (_, resize) => {
    for (const [shape, size] of sizes) {
      for (const [corners, centres] of modes) {
        if (centres && isTensorflow) continue;
        const x = tf.tensor4d(draw({ shape }, 1), shape as [number, number, number, number]);
        const apply = (map: tf.Tensor): tf.Tensor => resize(map as tf.Tensor4D, size, corners, centres);
        const y = apply(x);
        const dy = tf.tensor(draw({ shape: y.shape }, 2), y.shape);
        const forward = tf.sum(tf.mul(y, dy)).dataSync()[0]!;
        const backward = tf.sum(tf.mul(x, tf.grad(apply)(x, dy))).dataSync()[0]!;
        expect(Math.abs(backward - forward)).toBeLessThan(2e-5 * y.size);
      }
    }
  });
});
