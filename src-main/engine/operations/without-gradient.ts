import * as tf from '@tensorflow/tfjs-core';

/** Computes without gradients, because tfjs sees a function without inputs. */
export function withoutGradient<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad<T>(() => ({ value: compute(), gradFunc: () => [] }))();
}
