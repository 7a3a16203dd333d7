import * as tf from '@tensorflow/tfjs-core';

/** Computes without gradients: tfjs sees a function without inputs, whatever it reads itself. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad<T>(() => ({ value: compute(), gradFunc: () => [] }))();
}
