import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../../src-main/engine/open-engine.ts';
import { draw, engineUnderTest, isWebgpu, type Operand } from '../both-engines.ts';

beforeAll(async () => {
  await openEngine(engineUnderTest);
});

type Op = (...x: tf.Tensor[]) => tf.Tensor;
const from = (low: number, high: number, shape = [2, 3, 4]): Operand => ({ shape, from: low, to: high });

/**
 * Operations with operands away from their kinks: along a random direction, slope and gradient must agree.
 */
const cases: Record<string, [Op, Operand[]]> = {
  add: [tf.add, [from(-2, 2), from(-2, 2, [4])]],
  sub: [tf.sub, [from(-2, 2), from(-2, 2, [3, 1])]],
  mul: [tf.mul, [from(-2, 2), from(-2, 2, [4])]],
  div: [tf.div, [from(-2, 2), from(1, 2, [4])]],
  mod: [tf.mod, [from(0.1, 0.9), from(1, 2)]],
  pow: [tf.pow, [from(0.5, 2), from(-1, 2, [4])]],
  maximum: [tf.maximum, [from(0, 1), from(1.1, 2)]],
  minimum: [tf.minimum, [from(0, 1), from(1.1, 2)]],
  squaredDifference: [tf.squaredDifference, [from(-2, 2), from(-2, 2, [4])]],
  atan2: [tf.atan2, [from(-2, 2), from(0.5, 2)]],
  where: [(a, b) => tf.where(tf.greater(a, 10), a, tf.mul(a, b)), [from(-2, 2), from(-2, 2)]],
  abs: [tf.abs, [from(-2, -0.1)]],
  square: [tf.square, [from(-2, 2)]],
  sqrt: [tf.sqrt, [from(0.5, 2)]],
  rsqrt: [tf.rsqrt, [from(0.5, 2)]],
  reciprocal: [tf.reciprocal, [from(0.5, 2)]],
  exp: [tf.exp, [from(-2, 1)]],
  expm1: [tf.expm1, [from(-2, 1)]],
  log: [tf.log, [from(0.5, 2)]],
  log1p: [tf.log1p, [from(-0.5, 2)]],
  sin: [tf.sin, [from(-2, 2)]],
  cos: [tf.cos, [from(-2, 2)]],
  tan: [tf.tan, [from(-1, 1)]],
  asin: [tf.asin, [from(-0.7, 0.7)]],
  acos: [tf.acos, [from(-0.7, 0.7)]],
  atan: [tf.atan, [from(-2, 2)]],
  sinh: [tf.sinh, [from(-1, 1)]],
  cosh: [tf.cosh, [from(-1, 1)]],
  tanh: [tf.tanh, [from(-2, 2)]],
  asinh: [tf.asinh, [from(-2, 2)]],
  acosh: [tf.acosh, [from(1.5, 3)]],
  atanh: [tf.atanh, [from(-0.7, 0.7)]],
  erf: [tf.erf, [from(-2, 2)]],
  sigmoid: [tf.sigmoid, [from(-2, 2)]],
  softplus: [tf.softplus, [from(-2, 2)]],
  relu: [tf.relu, [from(0.1, 2)]],
  relu6: [tf.relu6, [from(0.1, 5)]],
  elu: [tf.elu, [from(-2, -0.1)]],
  selu: [tf.selu, [from(-2, -0.1)]],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.2), [from(-2, -0.1)]],
  prelu: [tf.prelu, [from(-2, -0.1), from(0.1, 0.4, [4])]],
  clip: [(x) => tf.clipByValue(x, -1, 5), [from(-0.9, 2)]],
  sum: [(x) => tf.sum(x, [0, 2]), [from(-2, 2)]],
  mean: [(x) => tf.mean(x, 1, true), [from(-2, 2)]],
  prod: [(x) => tf.prod(x, [1, 2]), [from(-1.5, 1.5, [2, 3, 2])]],
  cumsum: [(x) => tf.cumsum(x, 1, true, true), [from(-2, 2)]],
  softmax: [(x) => tf.softmax(x), [from(-2, 2)]],
  logSoftmax: [(x) => tf.logSoftmax(x), [from(-2, 2)]],
  transpose: [(x) => tf.transpose(x, [2, 0, 1]), [from(-2, 2)]],
  concat: [(a, b) => tf.concat([a, b, a], 1), [from(-2, 2), from(-2, 2)]],
  stack: [(a, b) => tf.stack([a, b], 1), [from(-2, 2), from(-2, 2)]],
  unstack: [(x) => tf.unstack(x, 1)[1]!, [from(-2, 2)]],
  split: [(x) => tf.split(x, [1, 3], 2)[1]!, [from(-2, 2)]],
  slice: [(x) => tf.slice(x, [0, 1, 1], [2, 2, -1]), [from(-2, 2)]],
  pad: [
    (x) =>
      tf.pad(x, [
        [1, 0],
        [0, 2],
        [1, 1],
      ]),
    [from(-2, 2)],
  ],
  mirrorPad: [
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 0],
          [2, 2],
          [0, 3],
        ],
        'reflect',
      ),
    [from(-2, 2)],
  ],
  symmetricPad: [
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [3, 0],
          [0, 4],
        ],
        'symmetric',
      ),
    [from(-2, 2)],
  ],
  tile: [(x) => tf.tile(x, [2, 1, 3]), [from(-2, 2)]],
  broadcast: [(x) => tf.broadcastTo(x, [2, 5, 4]), [from(-2, 2, [2, 1, 4])]],
  reverse: [(x) => tf.reverse(x, [0, 2]), [from(-2, 2)]],
  gather: [(x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), 1), [from(-2, 2)]],
  gatherND: [(x) => tf.gatherND(x, tf.tensor2d([1, 2, 1, 2, 0, 0], [3, 2], 'int32')), [from(-2, 2)]],
  scatterND: [(x) => tf.scatterND(tf.tensor2d([1, 1, 3], [3, 1], 'int32'), x, [5, 4]), [from(-2, 2, [3, 4])]],
  segmentSum: [(x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, -1], 'int32'), 3), [from(-2, 2)]],
  matMul: [(a, b) => tf.matMul(a, b), [from(-2, 2, [2, 3, 4]), from(-2, 2, [2, 4, 5])]],
  matMulTransposed: [(a, b) => tf.matMul(a, b, true, true), [from(-2, 2, [4, 3]), from(-2, 2, [5, 4])]],
  conv2d: [
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
    [from(-1, 1, [2, 5, 6, 2]), from(-1, 1, [3, 3, 2, 3])],
  ],
  conv2dTranspose: [
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 6, 8, 2], 2, 'same'),
    [from(-1, 1, [2, 3, 4, 3]), from(-1, 1, [4, 4, 2, 3])],
  ],
  depthwiseConv2d: [
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
    [from(-1, 1, [2, 5, 4, 2]), from(-1, 1, [3, 3, 2, 2])],
  ],
  avgPool: [(x) => tf.avgPool(x as tf.Tensor4D, 3, 2, 'same'), [from(-1, 1, [2, 5, 6, 2])]],
  maxPool: [(x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'same'), [from(-9, 9, [2, 5, 6, 2])]],
  max: [(x) => tf.max(x, 1), [from(-9, 9)]],
  min: [(x) => tf.min(x, [0, 2]), [from(-9, 9)]],
};

describe('the gradient is the slope', () => {
  const known = Object.entries(cases).filter(([name]) => !(isWebgpu && name === 'depthwiseConv2d'));
  test.each(known)('%s', (_, [op, operands]) => {
    tf.tidy(() => {
      const points = operands.map((operand, i) => tf.tensor(draw(operand, 10 + i), operand.shape));
      const directions = operands.map(({ shape }, i) =>
        tf.tensor(draw({ shape, from: -1, to: 1 }, 20 + i), shape),
      );
      const { shape } = op(...points);
      const weight = tf.tensor(draw({ shape }, 30), shape);
      const value = (...x: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(op(...x), weight));
      const step = 1e-2;
      const at = (by: number): tf.Scalar =>
        value(...points.map((x, i) => tf.add(x, tf.mul(directions[i]!, by))));
      // Five points: the error falls with the fourth power of the step, and float32 allows no small step.
      const slope = tf.div(
        tf.sub(tf.mul(tf.sub(at(step), at(-step)), 8), tf.sub(at(2 * step), at(-2 * step))),
        12 * step,
      );
      const gradients = tf.grads(value)(points);
      const along = tf.addN(gradients.map((gradient, i) => tf.sum(tf.mul(gradient, directions[i]!))));
      const size = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
      const difference = tf.div(tf.abs(tf.sub(slope, along)), tf.add(size, 1)).dataSync()[0];
      expect(difference).toBeLessThan(3e-3);
    });
  });
});
