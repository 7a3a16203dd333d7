import * as tf from '@tensorflow/tfjs-core';

/** Huber loss of each difference d: ½d² up to ±δ, then linear, δ(|d| − ½δ). */
export function huber<T extends tf.Tensor>(difference: T, delta: number): T {
  // With c = d clipped to ±δ, both parts equal c(d − ½c), so no branch is needed.
  const clipped = tf.clipByValue(difference, -delta, delta);
  return tf.mul(clipped, tf.sub(difference, tf.mul(0.5, clipped)));
}
