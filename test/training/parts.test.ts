import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import type { Features } from '../../src-main/model/create-model.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { AdamW } from '../../src-main/training/adamw.ts';
import { cellBucket } from '../../src-main/training/cell-buckets.ts';
import { learningRateAt } from '../../src-main/training/learning-rate.ts';
import { locationTargets } from '../../src-main/training/location-targets.ts';
import { proposeLocations } from '../../src-main/training/propose-locations.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

it('cells are padded to few sizes, at most a third of them empty', () => {
  expect([0, 1, 8, 9, 12, 13, 17, 25, 33, 48, 49, 65, 97, 5000].map(cellBucket)).toEqual([
    8, 8, 8, 12, 12, 16, 24, 32, 48, 48, 64, 96, 128, 6144,
  ]);
  for (let n = 8; n < 600; n++) expect(cellBucket(n) / 1.5).toBeLessThan(n);
});

describe('location targets', () => {
  it('of one location: the grid cells whose centres are nearer than √1.5', () => {
    // Location (18, 22) px at stride 4 is (4.5, 5.5), the centre of grid cell (4, 5): itself, 4 sides, 4
    // corners (√2 > √1.5: no).
    const { positives, offsets } = locationTargets(Float32Array.from([18, 22]), 8, 8, 4);
    const on = [...positives.keys()].filter((i) => positives[i] === 1);
    expect(on).toEqual([3 * 8 + 5, 4 * 8 + 4, 4 * 8 + 5, 4 * 8 + 6, 5 * 8 + 5]);
    expect([...offsets.subarray(2 * (3 * 8 + 5), 2 * (3 * 8 + 5) + 2)]).toEqual([1, 0]);
    expect([...offsets.subarray(2 * (4 * 8 + 6), 2 * (4 * 8 + 6) + 2)]).toEqual([0, -1]);
  });

  it('point to the nearest of two, wherever they are listed', () => {
    const pair = [18, 22, 18, 26];
    const forth = locationTargets(Float32Array.from(pair), 8, 8, 4);
    const back = locationTargets(Float32Array.from([...pair.slice(2), ...pair.slice(0, 2)]), 8, 8, 4);
    expect(forth).toEqual(back);
    expect(forth.offsets[2 * (4 * 8 + 6) + 1]).toBe(0);
  });

  it('stay inside the grid', () => {
    const { positives } = locationTargets(Float32Array.from([2, 2, 30, 30]), 8, 8, 4);
    expect(positives.reduce((sum, x) => sum + x, 0)).toBe(2 * 3);
  });
});

describe('proposals', () => {
  it('are those a plain search finds', () => {
    tf.tidy(() => {
      const random = new SeededRandom(8, 'proposals');
      const [h, w, stride, radius] = [6, 7, 4, 9];
      const scores = Array.from({ length: h * w }, () => random.normal());
      const offsets = Array.from({ length: 2 * h * w }, () => 0.7 * random.normal());
      const locations = [5, 6, 5, 12, 21, 3, 100, 100, 0, 0, 0, 0];
      const validity = [1, 1, 1, 1, 0, 0];

      const proposals = scores.map((score, i) => ({
        score,
        y: (Math.floor(i / w) + 0.5 + offsets[2 * i]!) * stride,
        x: ((i % w) + 0.5 + offsets[2 * i + 1]!) * stride,
      }));
      const inside = proposals.filter(({ y, x }) => y >= 0 && x >= 0 && y < h * stride && x < w * stride);
      const distance = (p: { y: number; x: number }, k: number): number =>
        validity[k] === 1 ? Math.hypot(p.y - locations[2 * k]!, p.x - locations[2 * k + 1]!) : Infinity;
      const expected = validity.flatMap((_, k) => {
        const mine = inside.filter(
          (p) => distance(p, k) < radius && validity.every((_, j) => distance(p, k) <= distance(p, j)),
        );
        const best = mine.sort((a, b) => b.score - a.score)[0];
        return best === undefined ? locations.slice(2 * k, 2 * k + 2) : [best.y, best.x];
      });

      const found = proposeLocations(
        {
          scoreLogits: tf.tensor2d(scores, [h, w]),
          offsets: tf.tensor3d(offsets, [h, w, 2]),
          locationStride: stride,
        } as Features,
        tf.tensor2d(locations, [6, 2]),
        tf.tensor1d(validity),
        radius,
      ).dataSync();
      expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
      expect([...found.subarray(6)]).toEqual([100, 100, 0, 0, 0, 0]); // too far, and not real
      expect([...found.subarray(0, 6)]).not.toEqual(locations.slice(0, 6));
    });
  });
});

it('the learning rate rises, then follows half a cosine to its rest', () => {
  const settings = { learningRate: 2, warmupSteps: 10, finalLearningRateShare: 0.1 };
  expect(learningRateAt(settings, 0, 0)).toBeCloseTo(0.2, 10);
  expect(learningRateAt(settings, 9, 0)).toBeCloseTo(2, 10);
  expect(learningRateAt(settings, 50, 0.5)).toBeCloseTo(2 * (0.1 + 0.9 / 2), 10);
  expect(learningRateAt(settings, 99, 1)).toBeCloseTo(0.2, 10);
  expect(learningRateAt({ ...settings, warmupSteps: 0 }, 0, 0)).toBe(2);
});

describe('AdamW', () => {
  const rate = 0.1;
  const decay = 0.2;
  const gradients = [
    [0.5, -1, 2],
    [0.1, 3, -0.2],
    [-0.7, 0, 0.4],
  ];

  /** The update of the paper's algorithm 2 in double precision. */
  function byHand(start: number[], shrinks: boolean): number[] {
    const first = start.map(() => 0);
    const second = start.map(() => 0);
    const weights = [...start];
    gradients.forEach((gradient, t) => {
      weights.forEach((weight, i) => {
        const g = gradient[i]!;
        first[i] = 0.9 * first[i]! + 0.1 * g;
        second[i] = 0.999 * second[i]! + 0.001 * g * g;
        const direction =
          first[i] / (1 - 0.9 ** (t + 1)) / (Math.sqrt(second[i] / (1 - 0.999 ** (t + 1))) + 1e-8);
        weights[i] = weight - rate * direction - (shrinks ? rate * decay * weight : 0);
      });
    });
    return weights;
  }

  function step(optimizer: AdamW, gradients: tf.NamedTensorMap): void {
    tf.tidy(() =>
      optimizer.apply(gradients, {
        ...optimizer.nextScales(),
        learningRate: tf.scalar(rate),
        gradientScale: tf.scalar(1),
      }),
    );
    optimizer.stepped();
    tf.dispose(gradients);
  }

  it('takes the steps of its definition; only matrices decay', () => {
    const matrix = tf.variable(tf.tensor2d([1, 2, -3], [1, 3]));
    const vector = tf.variable(tf.tensor1d([1, 2, -3]));
    const optimizer = new AdamW([matrix, vector], decay);
    for (const gradient of gradients) {
      step(optimizer, { [matrix.name]: tf.tensor2d([gradient]), [vector.name]: tf.tensor1d(gradient) });
    }
    byHand([1, 2, -3], true).forEach((value, i) => expect(matrix.dataSync()[i]).toBeCloseTo(value, 5));
    byHand([1, 2, -3], false).forEach((value, i) => expect(vector.dataSync()[i]).toBeCloseTo(value, 5));
    optimizer.dispose();
    tf.dispose([matrix, vector]);
  });

  it('goes on from what was saved as if nothing had happened, and frees what it made', () => {
    const before = tf.memory().numTensors;
    const run = (interrupted: boolean): number[] => {
      const weights = tf.tidy(() => tf.variable(tf.tensor2d([1, 2, -3], [1, 3])));
      let optimizer = new AdamW([weights], decay);
      gradients.forEach((gradient, t) => {
        if (interrupted && t === 2) {
          const state = optimizer.save();
          optimizer.dispose();
          optimizer = new AdamW([weights], decay);
          optimizer.restore(state);
        }
        step(optimizer, { [weights.name]: tf.tensor2d([gradient]) });
      });
      const values = [...weights.dataSync()];
      optimizer.dispose();
      weights.dispose();
      return values;
    };
    expect(run(true)).toEqual(run(false));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses the memory of other variables', () => {
    const weights = tf.variable(tf.zeros([3]));
    const optimizer = new AdamW([weights], 0);
    const state = { steps: 1, first: new Float32Array(2), second: new Float32Array(2) };
    expect(() => optimizer.restore(state)).toThrow(/Expected 3 moments, received 2/);
    optimizer.dispose();
    weights.dispose();
  });
});
