import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GpuMemory } from '../../../src-main/engine/onnx/gpu-memory.ts';
import { openEngine, type Engine } from '../../../src-main/engine/open-engine.ts';
import { Replayed } from '../../../src-main/engine/replayed.ts';
import { isWebgpu } from '../both-engines.ts';

/** Larger than the memory that comes to the host with every run. */
const COUNT = 200;
const numbers = Float32Array.from({ length: COUNT }, (_, i) => i - 0.5);

describe.skipIf(!isWebgpu)('GPU memory (npm run test:webgpu)', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('webgpu');
  });
  afterAll(() => engine.close());

  test('numbers come back as they went, and are not read after their release', () => {
    const memory = new GpuMemory({ executionProviders: ['webgpu'] });
    const array = memory.upload(numbers);
    const other = memory.upload(numbers.map((x) => 2 * x));
    expect(memory.download(array, COUNT)).toEqual(numbers);
    expect(array.as([2, COUNT / 2]).dims).toEqual([2, COUNT / 2]);
    array.release();
    expect(() => memory.download(array, COUNT)).toThrow(/after their release/);
    expect(memory.download(other, COUNT)[1]).toBe(1);
    memory.dispose();
    expect(() => other.as([COUNT])).toThrow(/after their release/);
  });

  test('what a graph made is read by the next, in another shape, and by the host, as often as one likes', () => {
    const x = tf.tensor1d(numbers);
    const made = tf.add(x, 1);
    made.dataSync();
    for (let i = 0; i < 3; i++) {
      const read = tf.tidy(() => tf.sum(tf.mul(tf.reshape(made, [COUNT / 4, 4]), 2), 0));
      // Columns of 2 (i + 0.5) for i = c, c + 4, …: 50 of them.
      expect([...read.dataSync()]).toEqual([0, 1, 2, 3].map((c) => 2 * (50 * (c + 0.5) + 4 * 1225)));
      read.dispose();
    }
    expect(made.dataSync()).toEqual(numbers.map((value) => value + 1));
    // The third read is from the GPU, where the second read put it.
    expect(x.dataSync()).toEqual(numbers);
    tf.dispose([x, made]);
  });

  test('a variable moves on from one replayed step to the next, and a copy of it does not', () => {
    const weights = tf.variable(tf.tensor1d(numbers));
    const copy = weights.clone();
    const replayed = new Replayed([weights]);
    let recordings = 0;
    for (let step = 1; step <= 4; step++) {
      const given = { by: tf.scalar(step) };
      const { first } = replayed.run('step', given, ({ by }) => {
        recordings++;
        weights.assign(tf.add(weights, by));
        return { first: tf.slice(weights, 0, 1) };
      });
      expect(first.dataSync()[0]).toBe((step * (step + 1)) / 2 - 0.5);
      tf.dispose([given, first]);
    }
    expect(recordings).toBe(1);
    expect(weights.dataSync()).toEqual(numbers.map((value) => value + 10));
    expect(copy.dataSync()).toEqual(numbers);
    replayed.forget();
    tf.dispose([weights, copy]);
  });
});
