import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { normaliseGroups } from '../../../src-main/engine/operations/normalise-groups.ts';
import { findChannelBlock } from '../../../src-main/engine/onnx/find-channel-block.ts';
import { LazyBackend } from '../../../src-main/engine/onnx/lazy-backend.ts';
import { registerKernels } from '../../../src-main/engine/onnx/kernels/register-kernels.ts';
import {
  draw,
  expectSameOnBoth,
  openBothEngines,
  worstRelativeError,
  type Computation,
  type Operand,
} from '../both-engines.ts';

/*
 * Numbers of channels that fill blocks of 8 and of 16. Processors with blocked convolutions compute these
 * differently.
 */

beforeAll(openBothEngines);

const map: Operand = { shape: [2, 6, 5, 16] };
const filter: Operand = { shape: [3, 3, 16, 16], from: -0.3, to: 0.3 };
const vector: Operand = { shape: [16], from: 0.5 };
type Four = tf.Tensor4D;
type One = tf.Tensor1D;

const convolve = (x: Four, w: Four, stride: 1 | 2 = 1): Four => tf.conv2d(x, w, stride, 'same');
const norm = (x: Four, gain: One, offset: One, perGroup: number): Four =>
  normaliseGroups(x, gain, offset, perGroup, 1e-3);

const computations: Record<string, [Operand[], Computation]> = {
  'a convolution': [[map, filter], (x: Four, w: Four) => convolve(x, w)],
  'with as many channels as half a block of 16': [
    [{ shape: [1, 6, 5, 8] }, { shape: [3, 3, 8, 24] }],
    (x: Four, w: Four) => convolve(x, w),
  ],
  'of one tap': [[map, { shape: [1, 1, 16, 32] }], (x: Four, w: Four) => convolve(x, w)],
  'of an even number of taps': [[map, { shape: [4, 2, 16, 16] }], (x: Four, w: Four) => convolve(x, w)],
  'as wide as blocks of columns': [[{ shape: [1, 5, 16, 16] }, filter], (x: Four, w: Four) => convolve(x, w)],
  'as wide as blocks of columns, two images, taps 4 × 5': [
    [{ shape: [2, 6, 8, 16] }, { shape: [4, 5, 16, 8] }],
    (x: Four, w: Four) => convolve(x, w),
  ],
  'as wide as blocks of columns, two images, channels that fill no block': [
    [{ shape: [2, 5, 16, 12] }, { shape: [3, 3, 12, 10], from: -0.3, to: 0.3 }],
    (x: Four, w: Four) => convolve(x, w),
  ],
  'as wide, inputs that fill no block': [
    [{ shape: [2, 4, 32, 24] }, { shape: [3, 3, 24, 32], from: -0.3, to: 0.3 }],
    (x: Four, w: Four) => convolve(x, w),
  ],
  'as wide, outputs that fill no block': [
    [{ shape: [1, 4, 32, 32] }, { shape: [3, 3, 32, 5], from: -0.3, to: 0.3 }],
    (x: Four, w: Four) => convolve(x, w),
  ],
  'of one channel, at stride 2': [
    [{ shape: [2, 9, 12, 1] }, { shape: [5, 5, 1, 16], from: -0.3, to: 0.3 }],
    (x: Four, w: Four) => convolve(x, w, 2),
  ],
  'group norm of a large map': [
    [{ shape: [2, 30, 48, 16] }, vector, vector],
    (x: Four, gain: One, offset: One) => norm(x, gain, offset, 8),
  ],
  'group norm of more channels a group than a block holds': [
    [{ shape: [2, 6, 5, 64] }, { shape: [64] }, { shape: [64] }],
    (x: Four, gain: One, offset: One) => norm(x, gain, offset, 32),
  ],
  'without border': [[map, filter], (x: Four, w: Four) => tf.conv2d(x, w, 1, 'valid')],
  'at stride 2': [[{ shape: [2, 8, 6, 16] }, filter], (x: Four, w: Four) => convolve(x, w, 2)],
  'transposed, at stride 2': [
    [{ shape: [2, 4, 3, 16] }, { shape: [4, 4, 16, 16] }],
    (x: Four, w: Four) => tf.conv2dTranspose(x, w, [2, 8, 6, 16], 2, 'same'),
  ],
  'into channels that fill no block, and out again': [
    [map, { shape: [3, 3, 16, 5] }, { shape: [1, 1, 5, 16] }],
    (x: Four, w: Four, v: Four) => convolve(convolve(x, w), v),
  ],
  'with bias': [[map, filter, vector], (x: Four, w: Four, bias: One) => tf.add(convolve(x, w), bias)],
  'with bias and ReLU': [
    [map, filter, vector],
    (x: Four, w: Four, bias: One) => tf.relu(tf.add(convolve(x, w), bias)),
  ],
  'with bias, sum and ReLU': [
    [map, filter, vector],
    (x: Four, w: Four, bias: One) => tf.relu(tf.add(tf.add(convolve(x, w), bias), x)),
  ],
  'with sum, then bias': [
    [map, filter, vector],
    (x: Four, w: Four, bias: One) => tf.add(tf.add(x, convolve(x, w)), bias),
  ],
  'two, added': [[map, filter], (x: Four, w: Four) => tf.add(convolve(x, w), convolve(tf.square(x), w))],
  'one, read before its ReLU too': [
    [map, filter],
    (x: Four, w: Four) => {
      const y = convolve(x, w);
      return tf.mul(tf.relu(y), tf.sigmoid(y));
    },
  ],
  'group norm, a block a group': [
    [map, filter, vector, vector],
    (x: Four, w: Four, g: One, b: One) => tf.relu(norm(convolve(x, w), g, b, 8)),
  ],
  'group norm, one group': [[map, vector, vector], (x: Four, g: One, b: One) => tf.relu(norm(x, g, b, 16))],
  'group norm, groups within blocks': [
    [map, filter, vector, vector],
    (x: Four, w: Four, g: One, b: One) => norm(convolve(x, w), g, b, 4),
  ],
  'instance norm': [[map, vector, vector], (x: Four, g: One, b: One) => tf.relu(norm(x, g, b, 1))],
  'a residual block': [
    [map, filter, filter, vector, vector],
    (x: Four, w: Four, v: Four, g: One, b: One) => {
      const branch = norm(convolve(tf.relu(norm(convolve(x, w), g, b, 8)), v), g, b, 8);
      return tf.relu(tf.add(branch, x));
    },
  ],
  'a residual block with a projection': [
    [{ shape: [2, 8, 6, 16] }, filter, { shape: [1, 1, 16, 16] }, vector, vector],
    (x: Four, w: Four, v: Four, g: One, b: One) => {
      const shortcut = norm(convolve(tf.avgPool(x, 2, 2, 'valid'), v), g, b, 8);
      return tf.relu(tf.add(norm(convolve(x, w, 2), g, b, 8), shortcut));
    },
  ],
  'what follows in whole channels': [
    [map, filter, { shape: [1, 1, 1, 16] }, { shape: [1, 6, 1, 1] }],
    (x: Four, w: Four, perChannel: Four, perRow: Four) => {
      const y = tf.mul(tf.mul(convolve(x, w), perChannel), perRow);
      const border: [number, number][] = [
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 0],
      ];
      const shifted = tf.slice(tf.pad(y, border), [0, 0, 0, 0], [2, 4, 3, 3]);
      return tf.concat([tf.slice(y, [0, 1, 1, 4], [2, 4, 3, 8]), shifted], 3);
    },
  ],
  'sums over pixels, over channels, over everything': [
    [map, filter],
    (x: Four, w: Four) => {
      const y = convolve(x, w);
      return tf.add(tf.add(tf.sum(y, [0, 1, 2]), tf.sum(tf.square(y))), tf.max(tf.mean(y, 3)));
    },
  ],
  // One image: tfjs `cpu` computes a wrong gradient of enlarging beyond the first image.
  'pooled and enlarged': [
    [{ shape: [1, 8, 6, 16] }, filter],
    (x: Four, w: Four) => {
      const pooled = tf.maxPool(tf.avgPool(convolve(x, w), 2, 2, 'valid'), 2, 1, 'same');
      return tf.mul(tf.image.resizeNearestNeighbor(pooled, [8, 6]), convolve(x, w));
    },
  ],
};

describe('in blocks', () => {
  test.each(Object.entries(computations))('%s', async (_, [operands, computation]) => {
    await expectSameOnBoth(operands, computation);
  });
});

test('group norm of a map far from 0 keeps its digits', async () => {
  const far = { shape: [1, 9, 8, 16], from: 99, to: 101 };
  await expectSameOnBoth([far, vector, vector], (x: Four, g: One, b: One) => norm(x, g, b, 8), {
    // These numbers are 100 times larger than those around 0, so they have fewer exact digits.
    tolerance: 2e-4,
  });
});

test('this processor has blocks of a known size, or none', () => {
  expect([1, 8, 16]).toContain(findChannelBlock());
});

test('a processor without blocks computes the same', async () => {
  const session = { intraOpNumThreads: 1 };
  tf.registerBackend('whole', () => new LazyBackend({ session, cacheBytes: 2 ** 28, channelBlock: 1 }));
  registerKernels('whole');
  for (const name of [
    'a residual block with a projection',
    'with bias, sum and ReLU',
    'transposed, at stride 2',
  ]) {
    const [operands, computation] = computations[name]!;
    const results: number[][] = [];
    for (const backend of ['cpu', 'whole']) {
      await tf.setBackend(backend);
      const tensors = operands.map((operand, i) => tf.tensor(draw(operand, i), operand.shape));
      const call = computation as (...tensors: tf.Tensor[]) => tf.Tensor;
      const gradients = tf.grads((...inputs) => call(...inputs))(tensors);
      results.push(gradients.flatMap((gradient) => Array.from(gradient.dataSync())));
    }
    expect(worstRelativeError(results[1]!, results[0]!)).toBeLessThan(2e-5);
  }
  tf.removeBackend('whole');
});
