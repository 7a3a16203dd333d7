import type { EngineName } from '../../src-main/contract/choices.ts';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { openEngine } from '../../src-main/engine/open-engine.ts';

/** The engine that is compared with tfjs `cpu`: onnx, or the one that `LACSS_TEST_ENGINE` names. */
export const engineUnderTest = (process.env.LACSS_TEST_ENGINE ?? 'onnx') as EngineName;

/**
 * TensorFlow through tfjs-node refuses some calls that the network never makes: comparing booleans by size,
 * padding in numbers, unordered sparse points. It also ignores half-pixel centres in the gradients of a
 * resize.
 */
export const isTensorflow = engineUnderTest === 'tensorflow';

/**
 * GPUs compute angles and small exponentials to four digits. Depthwise convolutions are wrong there and
 * refused; the network needs none.
 */
export const isWebgpu = engineUnderTest === 'webgpu';

/** Opens tfjs `cpu`, the reference, and the engine under test, which becomes the active one. */
export async function openBothEngines(): Promise<void> {
  await openEngine('cpu');
  await openEngine(engineUnderTest);
}

/** A seeded generator of numbers in [0, 1) (mulberry32, T. Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How to draw an operand. */
export interface Operand {
  shape: number[];
  dtype?: 'float32' | 'int32' | 'bool';
  /** Range of the numbers; [−2, 2) by default. Integers include the lower end only. */
  from?: number;
  to?: number;
  /** Fixed numbers instead of random ones. */
  values?: number[];
}

/** The numbers of an operand, from a seed. */
export function draw(
  { shape, dtype = 'float32', from = -2, to = 2, values }: Operand,
  seed: number,
): number[] {
  if (values !== undefined) return values;
  const random = seeded(seed);
  return Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    if (dtype === 'bool') return random() < 0.5 ? 0 : 1;
    const value = from + (to - from) * random();
    return dtype === 'int32' ? Math.floor(value) : value;
  });
}

/** A computation for both engines. */
export type Computation = (...operands: never[]) => tf.Tensor | tf.Tensor[];

interface Outcome {
  shapes: number[][];
  dtypes: string[];
  values: number[][];
  gradients: number[][];
}

/** Runs a computation and its gradient with respect to every float operand on one engine. */
async function compute(
  backend: string,
  operands: readonly Operand[],
  computation: Computation,
  withGradient: boolean,
): Promise<Outcome> {
  await tf.setBackend(backend);
  const tensors = operands.map((operand, i) =>
    tf.tensor(draw(operand, 100 + i), operand.shape, operand.dtype ?? 'float32'),
  );
  const call = computation as (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  const outputs = tf.tidy(() => [call(...tensors)].flat());
  const gradients = withGradient ? gradientsOf(call, tensors, outputs[0]!.shape) : [];
  const read = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());
  const outcome = {
    shapes: outputs.map(({ shape }) => shape),
    dtypes: outputs.map(({ dtype }) => dtype),
    values: outputs.map(read),
    gradients: gradients.map(read),
  };
  tf.dispose([tensors, outputs, gradients]);
  return outcome;
}

/** Gradients of a computation's first output, weighted at random, with respect to its float operands. */
function gradientsOf(
  call: (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  tensors: readonly tf.Tensor[],
  shape: number[],
): tf.Tensor[] {
  const floats = tensors.filter(({ dtype }) => dtype === 'float32');
  return tf.tidy(() => {
    const weight = tf.tensor(draw({ shape }, 999), shape);
    const first = (...inputs: tf.Tensor[]): tf.Tensor => {
      let next = 0;
      return [
        call(...tensors.map((tensor) => (tensor.dtype === 'float32' ? inputs[next++]! : tensor))),
      ].flat()[0]!;
    };
    return tf.grads(first)(floats, weight);
  });
}

/** Largest difference, relative to the largest expected number. NaN where only one of the two is NaN. */
export function worstRelativeError(received: readonly number[], expected: readonly number[]): number {
  const finite = expected.filter(Number.isFinite).map(Math.abs);
  const largest = finite.reduce((a, b) => Math.max(a, b), 0) || 1;
  return expected.reduce((worst, value, i) => {
    if (Object.is(value, received[i]) || value === received[i]) return worst;
    const error = Math.abs(received[i]! - value) / largest;
    return error <= worst ? worst : Number.isNaN(error) ? Infinity : error;
  }, 0);
}

/**
 * Expects the engine under test and tfjs `cpu` to give the same numbers, to 2e-5 of the largest, and the same
 * gradients.
 */
export async function expectSameOnBoth(
  operands: readonly Operand[],
  computation: Computation,
  options: { gradient?: boolean; tolerance?: number } = {},
): Promise<void> {
  const { gradient = true, tolerance = 2e-5 } = options;
  const expected = await compute('cpu', operands, computation, gradient);
  const received = await compute(engineUnderTest, operands, computation, gradient);
  expect(received.shapes).toEqual(expected.shapes);
  expect(received.dtypes).toEqual(expected.dtypes);
  expected.values.forEach((values, i) => {
    expect(received.values[i]).toHaveLength(values.length);
    expect(worstRelativeError(received.values[i]!, values)).toBeLessThanOrEqual(tolerance);
  });
  expected.gradients.forEach((values, i) => {
    expect(worstRelativeError(received.gradients[i]!, values)).toBeLessThanOrEqual(tolerance);
  });
}
