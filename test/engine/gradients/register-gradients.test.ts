import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { registerGradients } from '../../../src-main/engine/gradients/register-gradients.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerGradients();
});

/** Positive values away from kinks; reproducible. */
function values(shape: number[], seed: number): tf.Tensor {
  return tf.randomUniform(shape, 0.3, 1.7, 'float32', seed);
}

/** Compares the gradient of Σ f(x)·w with central differences in every element of every operand. */
function check(f: (...x: tf.Tensor[]) => tf.Tensor, operands: tf.Tensor[]): void {
  tf.tidy(() => {
    const weights = tf.randomNormal(f(...operands).shape, 0, 1, 'float32', 9);
    const loss = (...x: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(f(...x), weights));
    const gradients = tf.grads(loss)(operands);
    operands.forEach((operand, o) => {
      expect(gradients[o]!.shape).toEqual(operand.shape);
      const analytic = gradients[o]!.dataSync();
      const base = operand.dataSync();
      const step = 1e-2;
      for (let i = 0; i < base.length; i++) {
        const at = (delta: number): number => {
          const moved = Float32Array.from(base);
          moved[i] = moved[i]! + delta;
          const x = operands.map((other, j) => (j === o ? tf.tensor(moved, operand.shape) : other));
          return loss(...x).dataSync()[0]!;
        };
        const numeric = (at(step) - at(-step)) / (2 * step);
        expect(Math.abs(analytic[i]! - numeric)).toBeLessThan(5e-3 * Math.max(1, Math.abs(numeric)));
      }
    });
  });
}

const cases: Record<string, [(...x: tf.Tensor[]) => tf.Tensor, number[][]]> = {
  'add with broadcasting': [tf.add, [[2, 3], [3]]],
  'sub with broadcasting': [
    tf.sub,
    [
      [1, 3],
      [2, 1],
    ],
  ],
  'mul with a scalar': [tf.mul, [[2, 3], []]],
  'div with broadcasting': [
    tf.div,
    [
      [2, 3],
      [2, 1],
    ],
  ],
  neg: [tf.neg, [[3]]],
  square: [tf.square, [[3]]],
  relu: [(x) => tf.relu(tf.sub(x!, 1.01)), [[7]]],
  softplus: [tf.softplus, [[3]]],
  sigmoid: [tf.sigmoid, [[3]]],
  tanh: [tf.tanh, [[3]]],
  sqrt: [tf.sqrt, [[3]]],
  rsqrt: [tf.rsqrt, [[3]]],
  clip: [(x) => tf.clipByValue(x!, 0.65, 1.05), [[8]]],
  'sum over one axis': [(x) => tf.sum(x!, 1), [[2, 3, 2]]],
  'sum over all axes': [(x) => tf.sum(x!), [[2, 3]]],
  'mean over axes kept': [(x) => tf.mean(x!, [1, 2], true), [[2, 3, 2, 2]]],
  max: [(x) => tf.max(x!, [1]), [[2, 5]]],
  reshape: [(x) => tf.reshape(x!, [3, 2]), [[2, 3]]],
  slice: [(x) => tf.slice(x!, [1, 0, 1], [2, 2, 1]), [[3, 2, 3]]],
  concat: [
    (a, b) => tf.concat([a!, b!], 1),
    [
      [2, 1],
      [2, 3],
    ],
  ],
  'nearest upsampling': [(x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 6]), [[1, 2, 3, 2]]],
  'average pooling': [(x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), [[1, 4, 4, 2]]],
  convolution: [
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
    [
      [1, 4, 3, 2],
      [3, 3, 2, 2],
    ],
  ],
  'strided convolution': [
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
    [
      [2, 4, 4, 1],
      [5, 5, 1, 2],
    ],
  ],
  'transposed convolution': [
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 6, 4, 1], 2, 'same'),
    [
      [2, 3, 2, 2],
      [4, 4, 1, 2],
    ],
  ],
};

it.each(Object.keys(cases))('the gradient of %s agrees with differences', (name) => {
  const [f, shapes] = cases[name]!;
  check(
    f,
    shapes.map((shape, i) => values(shape, i + 3)),
  );
});

it.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])('the gradient of matMul agrees with differences, transposed %s and %s', (ta, tb) => {
  check(
    (a, b) => tf.matMul(a!, b!, ta, tb),
    [values(ta ? [3, 2] : [2, 3], 1), values(tb ? [4, 3] : [3, 4], 2)],
  );
});
