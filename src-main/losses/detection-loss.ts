import * as tf from '@tensorflow/tfjs-core';

/**
 * Focal loss of the location scores (Lin et al. 2017, arXiv:1708.02002; γ = 2, no α): the mean over all grid cells of
 * −(1 − p_t)² log p_t, where p_t is the probability of what is true. The square takes the weight off the many grid
 * cells that are plainly empty.
 *
 * @param scoreLogits [h, w]
 * @param positives [h, w], 1 where a location is near, else 0
 * @returns a scalar
 */
export function detectionLoss(scoreLogits: tf.Tensor2D, positives: tf.Tensor2D): tf.Scalar {
  // With s the logit towards what is true: 1 − p_t = σ(−s), −log p_t = softplus(−s), finite for any s.
  const against = tf.mul(scoreLogits, tf.sub(1, tf.mul(2, positives))); // −s [h, w]
  return tf.mean(tf.mul(tf.square(tf.sigmoid(against)), tf.softplus(against)));
}
