import * as tf from '@tensorflow/tfjs-core';
import { itemAt } from '../../contract/elements.ts';

/** The gradients of a kernel's inputs, each computed only on demand. */
export type InputGradients = Record<string, () => tf.Tensor>;

/** One kernel's gradient, as tfjs registers them. */
export interface Gradient {
  kernelName: string;
  inputsToSave?: string[];
  outputsToSave?: boolean[];
  saveAllInputs?: boolean;
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[], attrs: tf.NamedAttrMap) => InputGradients;
}

/** One tensor per entry. */
type PerEntry<Entries extends readonly unknown[]> = { readonly [Index in keyof Entries]: tf.Tensor };

/**
 * Describes a gradient whose function receives the saved inputs by their names, then the saved outputs; the
 * types count them.
 */
export function gradient<
  const Inputs extends readonly string[] = [],
  const Outputs extends readonly true[] = [],
>({
  kernelName,
  inputsToSave,
  outputsToSave,
  gradFunc,
}: {
  kernelName: string;
  inputsToSave?: Inputs;
  outputsToSave?: Outputs;
  gradFunc: (
    dy: tf.Tensor,
    saved: readonly [...PerEntry<Inputs>, ...PerEntry<Outputs>],
    attrs: tf.NamedAttrMap,
  ) => InputGradients;
}): Gradient {
  return {
    kernelName,
    ...(inputsToSave && { inputsToSave: [...inputsToSave] }),
    ...(outputsToSave && { outputsToSave: [...outputsToSave] }),
    gradFunc: (dy, saved, attrs) =>
      gradFunc(dy, saved as unknown as readonly [...PerEntry<Inputs>, ...PerEntry<Outputs>], attrs),
  };
}

/** Registers a gradient with tfjs. */
export function registerGradient({
  kernelName,
  inputsToSave,
  outputsToSave,
  saveAllInputs,
  gradFunc,
}: Gradient): void {
  tf.registerGradient({
    kernelName,
    ...(inputsToSave && { inputsToSave }),
    ...(outputsToSave && { outputsToSave }),
    ...(saveAllInputs === true && { saveAllInputs }),
    gradFunc: (dy, saved, attrs) => gradFunc(dy as tf.Tensor, saved, attrs),
  });
}

/** `dy` summed over the broadcast axes of an operand of `shape`. */
export function reducedTo(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (tf.util.arraysEqual(dy.shape, [...shape])) return dy;
  const axes = tf.backend_util.getReductionAxes([...shape], dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, [...shape]);
}

/** Runs a kernel that has no function in tfjs-core. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as unknown as tf.NamedAttrMap);
}

/** A kernel whose derivative is zero wherever it exists: rounding, comparisons, positions. */
export function flat(kernelName: string, ...inputs: string[]): Gradient {
  return {
    kernelName,
    inputsToSave: inputs,
    gradFunc: (_, saved) =>
      Object.fromEntries(inputs.map((input, i) => [input, () => tf.zeros(itemAt(saved, i).shape)])),
  };
}
