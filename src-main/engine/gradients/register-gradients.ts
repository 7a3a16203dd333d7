import * as tf from '@tensorflow/tfjs-core';
import { arithmeticGradients } from './arithmetic-gradients.ts';
import { gatherGradients } from './gather-gradients.ts';
import { registerGradient, type Gradient, type InputGradients } from './gradient.ts';
import { inPart } from '../common/network-parts.ts';
import { networkGradients } from './network-gradients.ts';
import { reductionGradients } from './reduction-gradients.ts';
import { shapeGradients } from './shape-gradients.ts';
import { unaryGradients } from './unary-gradients.ts';

const gradients: readonly Gradient[] = [
  ...arithmeticGradients,
  ...unaryGradients,
  ...reductionGradients,
  ...shapeGradients,
  ...gatherGradients,
  ...networkGradients,
];

/**
 * Registers the gradients of the tfjs kernels, the same for every engine. Node cannot load those of tfjs-core
 * separately. Some are also slow on a lazy backend: Sum multiplies by an array of ones made in JavaScript,
 * and Tile slices every repetition. openEngine calls this function; a test without an engine may too.
 */
export function registerGradients(): void {
  for (const one of gradients) {
    if (tf.getGradient(one.kernelName) !== undefined) tf.unregisterGradient(one.kernelName);
    const gradFunc: Gradient['gradFunc'] = (dy, saved, attrs) =>
      inPartOf(saved, one.gradFunc(dy, saved, attrs));
    registerGradient({ ...one, gradFunc });
  }
}

/** The same gradients, attributed to the network part whose weight the kernel used. */
function inPartOf(saved: readonly tf.Tensor[], gradients: InputGradients): InputGradients {
  // The onnx engine stores the part with the weight's data; tfjs saves a clone of the weight with the same
  // data.
  const part = saved
    .map(({ dataId }) => (dataId as { part?: string }).part ?? '')
    .find((name) => name !== '');
  if (part === undefined) return gradients;
  return Object.fromEntries(
    Object.entries(gradients).map(([input, make]) => [input, () => inPart(`${part}/gradient`, make)]),
  );
}
