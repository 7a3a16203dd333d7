import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { openEngine, type Engine } from '../../../src-main/engine/open-engine.ts';
import { draw, openBothEngines } from '../both-engines.ts';

let engine: Engine;

beforeAll(async () => {
  await openBothEngines();
  engine = await openEngine('onnx');
});

beforeEach(async () => {
  await tf.setBackend('onnx');
});

/** A convolution network of two layers and its training step with momentum, as a model would be trained. */
function smallTraining(): { step: (rate: number) => number; dispose: () => void } {
  // Uploads all of them. A variable that the engine computes would join the graph of the first step.
  const shapes: [number, number, number, number][] = [
    [3, 3, 2, 6],
    [3, 3, 6, 4],
  ];
  const variable = (numbers: Float32Array, i: number): tf.Variable<tf.Rank.R4> =>
    tf.tidy(() => tf.variable(tf.tensor4d(numbers, shapes[i])));
  const weights = shapes.map((shape, i) =>
    variable(Float32Array.from(draw({ shape, from: -0.4, to: 0.4 }, i)), i),
  );
  const speeds = shapes.map((shape, i) => variable(new Float32Array(tf.util.sizeFromShape(shape)), i));
  const image = draw({ shape: [2, 12, 10, 2] }, 3);
  const step = (rate: number): number => {
    const loss = tf.tidy(() => {
      const x = tf.tensor4d(image, [2, 12, 10, 2]);
      const { value, grads } = tf.variableGrads(() => {
        const hidden = tf.relu(tf.conv2d(x, weights[0]!, 1, 'same'));
        return tf.mean(tf.square(tf.sub(tf.conv2d(hidden, weights[1]!, 2, 'same'), 1)));
      }, weights);
      weights.forEach((weight, i) => {
        speeds[i]!.assign(tf.add(tf.mul(speeds[i]!, 0.9), grads[weight.name]!));
        weight.assign(tf.sub(weight, tf.mul(speeds[i]!, tf.scalar(rate))));
      });
      return value;
    });
    const number = loss.dataSync()[0]!;
    loss.dispose();
    return number;
  };
  return { step, dispose: () => tf.dispose([...weights, ...speeds]) };
}

test('a training step is one graph, and the next step finds it', () => {
  const training = smallTraining();
  const before = engine.compiles();
  training.step(0.1);
  expect(engine.compiles()).toBe(before + 1);
  const losses = Array.from({ length: 5 }, (_, i) => training.step(0.02 / (i + 1)));
  expect(engine.compiles()).toBe(before + 1);
  expect(losses[4]).toBeLessThan(losses[0]!);
  training.dispose();
});

test('trains as tfjs cpu does', async () => {
  const rates = [0.1, 0.1, 0.05, 0.2, 0.1, 0.1];
  const run = (): number[] => {
    const training = smallTraining();
    const losses = rates.map((rate) => training.step(rate));
    training.dispose();
    return losses;
  };
  const received = run();
  await tf.setBackend('cpu');
  run().forEach((loss, i) => expect(Math.abs(received[i]! - loss) / loss).toBeLessThan(2e-5));
});

test('memory is flat over 50 steps', () => {
  const training = smallTraining();
  training.step(0.1);
  const { numTensors, numDataBuffers } = tf.memory();
  for (let i = 0; i < 50; i++) training.step(0.01);
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  training.dispose();
});

test('everything disposed of is gone', () => {
  const before = tf.memory();
  const training = smallTraining();
  training.step(0.1);
  training.dispose();
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
});

test('an upload is copied: what the caller does to the array later changes nothing', () => {
  const numbers = Float32Array.of(1, 2, 3);
  const x = tf.tensor1d(numbers);
  const doubled = tf.mul(x, 2);
  numbers.fill(9);
  expect(Array.from(doubled.dataSync())).toEqual([2, 4, 6]);
  expect(Array.from(x.dataSync())).toEqual([1, 2, 3]);
});

test('a read is a copy too', () => {
  const x = tf.tensor1d([1, 2, 3]);
  x.dataSync().fill(0);
  expect(Array.from(tf.add(x, 1).dataSync())).toEqual([2, 3, 4]);
});

test('a tensor disposed of while others still need it serves them', () => {
  const a = tf.tensor1d([1, 2, 3]);
  const b = tf.square(a);
  const c = tf.add(b, a);
  a.dispose();
  b.dispose();
  // As large as the two freed ones, so it would take their place.
  const d = tf.tensor1d([7, 7, 7]);
  expect(Array.from(c.dataSync())).toEqual([2, 6, 12]);
  expect(Array.from(d.dataSync())).toEqual([7, 7, 7]);
});

test('a variable assigned to keeps its old value for calls recorded before', () => {
  const weight = tf.variable(tf.tensor1d([1, 2]));
  const before = tf.mul(weight, 10);
  weight.assign(tf.tensor1d([5, 6]));
  const after = tf.mul(weight, 10);
  expect(Array.from(before.dataSync())).toEqual([10, 20]);
  expect(Array.from(after.dataSync())).toEqual([50, 60]);
});

test('what nobody will read is not computed', () => {
  const x = tf.tensor1d([1, 2, 3]);
  tf.square(x).dispose();
  const compiles = engine.compiles();
  expect(Array.from(x.dataSync())).toEqual([1, 2, 3]);
  expect(engine.compiles()).toBe(compiles);
});

test('data() as well as dataSync(), of every type', async () => {
  expect(await tf.greater(tf.tensor1d([1, 5]), 2).data()).toEqual(Uint8Array.of(0, 1));
  expect(await tf.cast(tf.tensor1d([1.7, -2.2]), 'int32').data()).toEqual(Int32Array.of(1, -2));
  expect(await tf.transpose(tf.tensor2d([1, 2, 3, 4], [2, 2])).array()).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

test('tensors move between engines', async () => {
  const onOnnx = tf.square(tf.tensor1d([1, 2, 3]));
  await tf.setBackend('cpu');
  const onCpu = tf.add(onOnnx, 1);
  await tf.setBackend('onnx');
  expect(Array.from(tf.mul(onCpu, onOnnx).dataSync())).toEqual([2, 20, 90]);
  tf.dispose([onOnnx, onCpu]);
});

test('tensors without elements', () => {
  const none = tf.zeros([0, 3]);
  expect(tf.square(none).dataSync()).toHaveLength(0);
  expect(tf.concat([none, tf.ones([2, 3])]).shape).toEqual([2, 3]);
  expect(Array.from(tf.sum(none, 0).dataSync())).toEqual([0, 0, 0]);
});

test('an unknown kernel is named', () => {
  const boxes = tf.tensor2d([0, 0, 1, 1], [1, 4]);
  const crop = (): tf.Tensor =>
    tf.image.cropAndResize(tf.ones([1, 4, 4, 1]), boxes, tf.tensor1d([0], 'int32'), [2, 2]);
  expect(crop).toThrow(LacssError);
  expect(crop).toThrow(/no kernel CropAndResize/);
});

test('data types it cannot compute are named', () => {
  expect(() => tf.tensor1d(['a', 'b'])).toThrow(/string/);
  expect(() => tf.complex([1], [2])).toThrow(LacssError);
});

test('a failed graph does not poison the next one', () => {
  const outside = tf.gather(tf.ones([3, 2]), tf.tensor1d([7], 'int32'));
  expect(() => outside.dataSync()).toThrow(LacssError);
  expect(() => outside.dataSync()).toThrow(/computation of a tensor has failed/);
  expect(Array.from(tf.add(tf.ones([2]), 1).dataSync())).toEqual([2, 2]);
  outside.dispose();
});
