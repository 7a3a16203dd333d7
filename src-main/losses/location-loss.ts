import * as tf from '@tensorflow/tfjs-core';
import { huber } from './huber.ts';

/**
 * Error of the proposed offsets: the mean Huber loss (δ = 1 grid cell) of dy and dx over the positive grid
 * cells. 0 if there are none.
 *
 * @param offsets [h, w, 2] in grid cells
 * @param targets [h, w, 2] in grid cells, any value where not positive
 * @param positives [h, w], 1 or 0
 * @returns a scalar
 */
export function locationLoss(offsets: tf.Tensor3D, targets: tf.Tensor3D, positives: tf.Tensor2D): tf.Scalar {
  const misses = huber(tf.sub(offsets, targets), 1); // [h, w, 2]
  const counted = tf.sum(tf.mul(misses, tf.expandDims(positives, 2)));
  return tf.div(counted, tf.maximum(tf.mul(2, tf.sum(positives)), 1));
}
