import * as tf from '@tensorflow/tfjs-core';
import { itemAt, numberAt, tupleOf } from '../contract/elements.ts';
import { cropPatches, pastePatches } from './operations/crop-and-paste.ts';
import { expectedSelfTest } from './self-test-expected.ts';

/** Largest accepted deviation from the stored numbers, relative to the largest number of each result. */
const SELF_TEST_TOLERANCE = 1e-3;

/** A fixed sequence of numbers in [−1, 1) (Park & Miller's minimal standard generator). */
function fixedNumbers(count: number, seed: number): Float32Array {
  const numbers = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (state * 48271) % 2147483647;
    numbers[i] = (2 * state) / 2147483647 - 1;
  }
  return numbers;
}

function fixedTensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(fixedNumbers(tf.util.sizeFromShape(shape), seed), shape);
}

/** A training step of a miniature network with one layer of each kind in the model. */
function trainingStep(): tf.Tensor[] {
  const image = fixedTensor([1, 16, 12, 2], 11) as tf.Tensor4D;
  const weights = [
    fixedTensor([3, 3, 2, 4], 21),
    fixedTensor([3, 3, 4, 4], 22),
    fixedTensor([4, 4, 1, 4], 23),
    fixedTensor([1, 4], 24),
  ];
  const origins = tf.tensor2d([-1, 2, 3, -2, 5, 7, 2, 3], [4, 2], 'int32');
  const loss = (...all: tf.Tensor[]): tf.Scalar => {
    const [stem, body, up, gain] = tupleOf(all, 4);
    const low = tf.conv2d(image, stem as tf.Tensor4D, 2, 'same'); // [1, 8, 6, 4]
    const centred = tf.sub(low, tf.mean(low, [1, 2], true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), [1, 2], true), 1e-5));
    const normal = tf.relu(tf.mul(tf.mul(centred, scale), gain));
    const pooled = tf.maxPool(normal as tf.Tensor4D, 2, 2, 'same');
    const raised = tf.image.resizeNearestNeighbor(pooled, [8, 6]);
    const features = tf.conv2d(tf.add<tf.Tensor4D>(raised, normal), body as tf.Tensor4D, 1, 'same');
    const crops = cropPatches(tf.squeeze(features, [0]), origins, 4); // [4, 4, 4, 4]
    const logits = tf.conv2dTranspose(crops, up as tf.Tensor4D, [4, 8, 8, 1], 2, 'same'); // [4, 8, 8, 1]
    const doubled = tf.mul<tf.Tensor2D>(origins, tf.scalar(2, 'int32'));
    const pasted = pastePatches(tf.softplus(logits), doubled, 16, 12);
    const probabilities = tf.clipByValue(tf.sigmoid(logits), 0.01, 0.99);
    return tf.add(tf.mean(tf.square(pasted)), tf.neg(tf.mean(tf.log(probabilities))));
  };
  const { value, grads } = tf.valueAndGrads(loss)(weights);
  return [value, ...grads];
}

/** The numbers the self-test compares: the loss and the gradient of every weight. */
export async function selfTestNumbers(): Promise<number[][]> {
  const results = tf.tidy(trainingStep);
  const numbers = await Promise.all(results.map((result) => result.data()));
  tf.dispose(results);
  return numbers.map((values) => Array.from(values));
}

/** Runs a small training step on the active engine and compares it with stored numbers from tfjs `cpu`. */
export async function selfTest(): Promise<{
  passed: boolean;
  worstRelativeError: number;
  elapsedMs: number;
}> {
  const started = performance.now();
  const received = await selfTestNumbers();
  let worst = 0;
  received.forEach((values, i) => {
    const expected: readonly number[] = itemAt(expectedSelfTest, i);
    const largest = Math.max(...expected.map(Math.abs));
    values.forEach((value, k) => {
      const error = Math.abs(value - numberAt(expected, k)) / largest;
      // A NaN counts as an infinite error.
      worst = error <= worst ? worst : Number.isNaN(error) ? Infinity : error;
    });
  });
  return {
    passed: worst <= SELF_TEST_TOLERANCE,
    worstRelativeError: worst,
    elapsedMs: performance.now() - started,
  };
}
