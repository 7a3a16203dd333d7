import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import {
  foregroundLoss,
  foregroundNearPoints,
  foregroundOfMasks,
  predictedForeground,
  priorOf,
} from '../../src-main/losses/foreground-loss.ts';
import type { Patches } from '../../src-main/model/segmentation-head.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { differences } from './reference.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

const ln = Math.log;
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
/** Cells of 2 × 2 logits at these places. */
const patches = (logits: number[][], origins: number[][]): Patches => ({
  logits: tf.tensor3d(logits.flat(), [logits.length, 2, 2]),
  origins: tf.tensor2d(origins.flat(), [origins.length, 2], 'int32'),
  maskStride: 2,
});
const noPrior = { height: 0, sigma: 1 };

describe('the foreground that the masks show', () => {
  it('is the highest probability of any cell, and 0 under no patch', () => {
    const cells = patches(
      [
        [ln(3), 0, -ln(3), ln(9)], // ¾, ½, ¼, 0.9
        [-ln(9), ln(3), -ln(9), -ln(9)], // 0.1, ¾, 0.1, 0.1
      ],
      [
        [0, 0],
        [0, 1],
      ],
    );
    const map = foregroundOfMasks(cells, tf.ones([2]), noPrior, { height: 2, width: 4 }).dataSync();
    // Both cells have the second column: ½ and 0.1, 0.9 and 0.1.
    const expected = [0.75, 0.5, 0.75, 0, 0.25, 0.9, 0.1, 0];
    expected.forEach((value, i) => expect(map[i]).toBeCloseTo(value, 5));
  });

  it('exceeds the maximum of two equal cells by the 16th root of 2, and is never above 1', () => {
    const twice = (logit: number): number[][] => [Array<number>(4).fill(logit), Array<number>(4).fill(logit)];
    const at = [
      [0, 0],
      [0, 0],
    ];
    const size = { height: 2, width: 2 };
    const half = foregroundOfMasks(patches(twice(0), at), tf.ones([2]), noPrior, size);
    expect(half.dataSync()[0]).toBeCloseTo(0.5 * 2 ** (1 / 16), 5);
    expect(foregroundOfMasks(patches(twice(15), at), tf.ones([2]), noPrior, size).dataSync()[0]).toBe(1);
  });

  it('does not count padding', () => {
    const size = { height: 2, width: 2 };
    const cells = patches([[0, 0, 0, 0], [9, 9, 9, 9]], [[0, 0], [0, 0]]); // prettier-ignore
    const map = foregroundOfMasks(cells, tf.tensor1d([1, 0]), noPrior, size).dataSync();
    expect(map[0]).toBeCloseTo(0.5, 6);
  });

  it('is raised near the points by the prior', () => {
    const prior = { height: 2, sigma: 0.5 };
    const map = foregroundOfMasks(patches([[0, 0, 0, 0]], [[0, 0]]), tf.ones([1]), prior, {
      height: 2,
      width: 2,
    });
    // Every pixel's centre is ½ px from the patch's centre in y and x: r² = ½, σ² = ¼.
    for (const value of map.dataSync()) expect(value).toBeCloseTo(sigmoid(2 * Math.exp(-1)), 5);
  });

  it('passes no gradient to the masks', () => {
    const gradient = tf.grad((logits: tf.Tensor) => {
      const cell = { ...patches([[1, 2, 3, 4]], [[0, 0]]), logits: logits as tf.Tensor3D };
      const seen = foregroundOfMasks(cell, tf.ones([1]), noPrior, { height: 2, width: 2 });
      return tf.add(tf.sum(tf.mul(seen, 5)), tf.sum(tf.mul(logits, 2)));
    })(tf.tensor3d([1, 2, 3, 4], [1, 2, 2]));
    expect([...gradient.dataSync()]).toEqual([2, 2, 2, 2]);
  });
});

describe('the foreground that masks learn from', () => {
  it('starts as a soft disk around each point', () => {
    const near = foregroundNearPoints(patches([[9, 9, 9, 9]], [[0, 0]]), tf.ones([1]), priorOf(1), {
      height: 2,
      width: 2,
    });
    // σ = ½: every pixel's centre is at r² = ½, where the prior has 4 · exp(−1), of which 2 is subtracted.
    for (const value of near.dataSync()) expect(value).toBeCloseTo(sigmoid(4 * Math.exp(-1) - 2), 5);
  });

  it('is later the prediction, made steeper', () => {
    const predicted = predictedForeground(tf.tensor2d([[0, 1, -2]])).dataSync();
    [0.5, sigmoid(5), sigmoid(-10)].forEach((value, i) => expect(predicted[i]).toBeCloseTo(value, 6));
  });
});

describe('the loss of the foreground net', () => {
  it('is −log of the probability of what the masks show', () => {
    // y = ¾, ¼, ½; shown 1, 0, ½: −log ¾, −log ¾, log 2.
    const logits = tf.tensor2d([[ln(3), -ln(3), 0]]);
    const shown = tf.tensor2d([[1, 0, 0.5]]);
    expect(foregroundLoss(logits, shown).dataSync()[0]).toBeCloseTo((2 * ln(4 / 3) + ln(2)) / 3, 6);
  });

  it('and its gradient are those of the formula', () => {
    const random = new SeededRandom(3, 'foreground');
    const logits = Array.from({ length: 12 }, () => 3 * random.normal());
    const shown = Array.from({ length: 12 }, () => random.uniform());
    const reference = (x: number[]): number =>
      x.reduce((sum, z, i) => sum - shown[i]! * ln(sigmoid(z)) - (1 - shown[i]!) * ln(1 - sigmoid(z)), 0) /
      x.length;
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      foregroundLoss(x as tf.Tensor2D, tf.tensor2d(shown, [3, 4])),
    )(tf.tensor2d(logits, [3, 4]));
    expect(value.dataSync()[0]).toBeCloseTo(reference(logits), 5);
    differences(reference, logits).forEach((slope, i) => expect(grad.dataSync()[i]).toBeCloseTo(slope, 5));
  });
});
