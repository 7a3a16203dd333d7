import * as tf from '@tensorflow/tfjs-core';

/**
 * Focal loss of the location scores (Lin et al. 2017, arXiv:1708.02002; γ = 2, no α). It is the mean of −(1 −
 * p_t)² log p_t over all grid cells, with p_t the probability of the correct class. The square reduces the
 * weight of the many clearly empty grid cells.
 *
 * @param scoreLogits [h, w]
 * @param positives [h, w], 1 if a location is near, 0 if not
 * @param known [h, w], 1 where the truth is known: the mean is over these grid cells only, 0 without any.
 * @default everywhere
 * @returns a scalar
 */
export function detectionLoss(
  scoreLogits: tf.Tensor2D,
  positives: tf.Tensor2D,
  known?: tf.Tensor2D,
): tf.Scalar {
  // Let s be the logit of the correct class: 1 − p_t = σ(−s) and −log p_t = softplus(−s), finite for any s.
  const against = tf.mul(scoreLogits, tf.sub(1, tf.mul(2, positives))); // −s [h, w]
  const each = tf.mul(tf.square(tf.sigmoid(against)), tf.softplus(against)); // [h, w]
  if (known === undefined) return tf.mean(each);
  return tf.div(tf.sum(tf.mul(each, known)), tf.maximum(tf.sum(known), 1));
}
