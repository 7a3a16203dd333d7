import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { adamWUpdate, sumOfSquares } from '../../src-main/engine/operations/adamw-update.ts';
import { normaliseGroups } from '../../src-main/engine/operations/normalise-groups.ts';
import { draw, engineUnderTest, expectSameOnBoth, openBothEngines } from './both-engines.ts';

beforeAll(openBothEngines);

/** Group norm written out, with gradients by tfjs. */
function groupNormByOps(x: tf.Tensor4D, gain: tf.Tensor1D, offset: tf.Tensor1D, perGroup: number): tf.Tensor {
  const [n, h, w, c] = x.shape;
  const grouped = tf.reshape(x, [n, h * w, c / perGroup, perGroup]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const normal = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-3)));
  return tf.add(tf.mul(tf.reshape(normal, x.shape), gain), offset);
}

describe('group norm', () => {
  const cases: [number[], number][] = [
    [[1, 5, 4, 8], 4],
    [[2, 3, 7, 6], 2],
    [[2, 4, 3, 5], 1],
    [[3, 3, 3, 4], 4],
  ];

  test.each(cases)('of %j in groups of %i: the same on both engines', async (shape, perGroup) => {
    const vector = { shape: [shape[3]!], from: 0.5 };
    await expectSameOnBoth(
      [{ shape }, vector, vector],
      (x: tf.Tensor4D, gain: tf.Tensor1D, offset: tf.Tensor1D) =>
        normaliseGroups(x, gain, offset, perGroup, 1e-3),
    );
  });

  test.each(cases)('of %j in groups of %i: as written out, with its gradients', (shape, perGroup) => {
    const operands = [shape, [shape[3]!], [shape[3]!]].map((one, i) =>
      tf.tensor(draw({ shape: one }, i + 1), one),
    );
    const dy = tf.tensor(draw({ shape }, 9), shape);
    type Norm = (...x: tf.Tensor[]) => tf.Tensor;
    const fused: Norm = (x, gain, offset) =>
      normaliseGroups(x as tf.Tensor4D, gain as tf.Tensor1D, offset as tf.Tensor1D, perGroup, 1e-3);
    const written: Norm = (x, gain, offset) =>
      groupNormByOps(x as tf.Tensor4D, gain as tf.Tensor1D, offset as tf.Tensor1D, perGroup);
    const results = [fused, written].map((norm) => [norm(...operands), ...tf.grads(norm)(operands, dy)]);
    results[0]!.forEach((tensor, i) => {
      const difference = tf.max(tf.abs(tf.sub(tensor, results[1]![i]!))).dataSync()[0]!;
      const largest = tf.max(tf.abs(results[1]![i]!)).dataSync()[0]!;
      expect(difference / largest).toBeLessThan(2e-5);
    });
  });

  test('a map of one value gives its offset', () => {
    const y = normaliseGroups(tf.fill([1, 3, 3, 2], 5), tf.tensor1d([2, 3]), tf.tensor1d([7, -1]), 2, 1e-5);
    expect(Array.from(y.dataSync().subarray(0, 4))).toEqual([7, -1, 7, -1]);
  });

  test('shapes that do not fit are refused', () => {
    const x = tf.ones<tf.Rank.R4>([1, 2, 2, 6]);
    const six = tf.ones<tf.Rank.R1>([6]);
    expect(() => normaliseGroups(x, six, six, 4, 1e-5)).toThrow(/must divide 6, received 4/);
    expect(() => normaliseGroups(x, tf.ones([3]), six, 2, 1e-5)).toThrow(
      /gain: expected \[6\], received \[3\]/,
    );
  });
});

describe('the optimizer', () => {
  const shapes = [[3, 3, 2, 4], [4], [], [40, 120], [1, 1, 4, 3], [5]];
  const constants = {
    firstDecay: 0.9,
    secondDecay: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.1,
    decays: [1, 0, 0, 1, 1, 1],
  };

  test.each([engineUnderTest, 'cpu'])('one step on %s, against arithmetic', async (backend) => {
    await tf.setBackend(backend);
    const list = (seed: number, from: number): tf.Tensor[] =>
      shapes.map((shape, i) => tf.tensor(draw({ shape, from, to: 1 }, seed + i), shape));
    const [weights, gradients, first, second] = [list(10, -1), list(20, -1), list(30, -1), list(40, 0.1)];
    const updated = adamWUpdate(
      { weights, first, second },
      gradients,
      {
        learningRate: tf.scalar(0.03),
        firstScale: tf.scalar(1.7),
        secondScale: tf.scalar(2.3),
        gradientScale: tf.scalar(0.5),
      },
      constants,
    );
    shapes.forEach((_, i) => {
      const values = (tensors: readonly tf.Tensor[]): ArrayLike<number> => tensors[i]!.dataSync();
      const [w, g, m, v] = [values(weights), values(gradients), values(first), values(second)];
      const received = [updated.weights, updated.first, updated.second];
      for (const tensors of received) expect(tensors[i]!.shape).toEqual(shapes[i]);
      const [newW, newM, newV] = [values(updated.weights), values(updated.first), values(updated.second)];
      for (let k = 0; k < w.length; k++) {
        const mean = 0.9 * m[k]! + 0.1 * 0.5 * g[k]!;
        const square = 0.99 * v[k]! + 0.01 * (0.5 * g[k]!) ** 2;
        const move = (0.03 * 1.7 * mean) / (Math.sqrt(2.3 * square) + 1e-8);
        const decay = constants.decays[i] === 1 ? 1 - 0.03 * 0.1 : 1;
        expect(newM[k]!).toBeCloseTo(mean, 5);
        expect(newV[k]!).toBeCloseTo(square, 5);
        expect(newW[k]!).toBeCloseTo(w[k]! * decay - move, 5);
      }
    });
    await tf.setBackend(engineUnderTest);
  });

  test('the sum of squares of all tensors', async () => {
    await expectSameOnBoth(
      [{ shape: [3, 3, 2, 4] }, { shape: [7] }, { shape: [] }],
      (...tensors: tf.Tensor[]) => sumOfSquares(tensors),
      { gradient: false },
    );
    expect(sumOfSquares([tf.tensor1d([3]), tf.tensor2d([[4]])]).dataSync()[0]).toBe(25);
  });

  test('lists of unequal length are refused', () => {
    const one = [tf.ones([2])];
    const scalar = tf.scalar(1);
    const scalars = { learningRate: scalar, firstScale: scalar, secondScale: scalar, gradientScale: scalar };
    expect(() =>
      adamWUpdate({ weights: one, first: one, second: [] }, one, scalars, { ...constants, decays: [1] }),
    ).toThrow(/second: expected 1 entries, received 0/);
  });
});
