import * as tf from '@tensorflow/tfjs-core';

/**
 * Huber's function of each difference d: ½d² up to ±δ, then the line that continues it, δ(|d| − ½δ).
 */
export function huber<T extends tf.Tensor>(difference: T, delta: number): T {
  // With c = d clipped to ±δ both pieces are c(d − ½c), and no branch is needed.
  const clipped = tf.clipByValue(difference, -delta, delta);
  return tf.mul(clipped, tf.sub(difference, tf.mul(0.5, clipped)));
}
