import * as tf from '@tensorflow/tfjs-core';

/** AdamW's state of every variable, in the same order. */
export interface AdamWTensors {
  weights: readonly tf.Tensor[];
  /** Running mean of the gradient, shaped like the weight. */
  first: readonly tf.Tensor[];
  /** Running mean of its square. */
  second: readonly tf.Tensor[];
}

/** Numbers that are equal at every step. */
export interface AdamWConstants {
  firstDecay: number;
  secondDecay: number;
  epsilon: number;
  weightDecay: number;
  /** Whether each weight decays, 1 or 0. */
  decays: readonly number[];
}

/** Numbers that change with every step, as scalars: they are inputs of the graph, not part of it. */
export interface AdamWScalars {
  learningRate: tf.Scalar;
  /** Bias corrections 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ), because the means start at 0. */
  firstScale: tf.Scalar;
  secondScale: tf.Scalar;
  /** Clipping factor of the gradient. */
  gradientScale: tf.Scalar;
}

/**
 * One step of AdamW (Loshchilov & Hutter, Decoupled Weight Decay Regularization, ICLR 2019) for all variables
 * at once:
 *
 *   m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w (1 − η λ) − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ))
 *   + ε)
 *
 * It is a single kernel, `AdamWUpdate`. The onnx engine then updates each weight in its stored axis order,
 * and the many small weights together.
 *
 * @returns new tensors; nothing is assigned.
 */
export function adamWUpdate(
  { weights, first, second }: AdamWTensors,
  gradients: readonly tf.Tensor[],
  { learningRate, firstScale, secondScale, gradientScale }: AdamWScalars,
  constants: AdamWConstants,
): AdamWTensors {
  const count = weights.length;
  for (const [name, list] of Object.entries({ gradients, first, second, decays: constants.decays })) {
    if (list.length !== count)
      throw new RangeError(`${name}: expected ${count} entries, received ${list.length}`);
  }
  if (count === 0) return { weights: [], first: [], second: [] };
  const scalars = [learningRate, firstScale, secondScale, gradientScale];
  const inputs = [...weights, ...gradients, ...first, ...second, ...scalars];
  const results = tf
    .engine()
    .runKernel('AdamWUpdate', inputs as unknown as tf.NamedTensorMap, { ...constants });
  const list = results as unknown as tf.Tensor[];
  return {
    weights: list.slice(0, count),
    first: list.slice(count, 2 * count),
    second: list.slice(2 * count),
  };
}

/**
 * Sum of squares over all elements of all tensors: the squared norm of a gradient. One kernel,
 * `SumOfSquares`, independent of axis order.
 */
export function sumOfSquares(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  return tf.engine().runKernel('SumOfSquares', [...tensors] as unknown as tf.NamedTensorMap, {});
}
