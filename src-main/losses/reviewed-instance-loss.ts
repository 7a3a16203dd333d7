import * as tf from '@tensorflow/tfjs-core';
import type { Patches } from '../model/segmentation-head.ts';
import { fullInstanceLoss } from './full-instance-loss.ts';
import { weakInstanceLoss } from './weak-instance-loss.ts';

/** The cells of a reviewed crop. All tensors may have padding. */
export interface ReviewedInstances {
  /** [H, W] in mask pixels: the label of the known cell at each pixel, 0 elsewhere. */
  labels: tf.Tensor2D;
  /** [H, W] in mask pixels: 1 where the foreground belongs to cells without an outline. */
  untouched: tf.Tensor2D;
  /** [N], the label of each cell with a known outline. */
  ids: tf.Tensor1D;
  /** [N], 1 for cells with a known outline. */
  outlined: tf.Tensor1D;
  /** [N], 1 for cells without one. */
  located: tf.Tensor1D;
}

/**
 * Cells with a known outline have the full instance loss, the others the weak one. The result is the mean
 * over all cells. The weak loss compares only cells without an outline. They cannot take pixels of a known
 * outline, because these are not part of `untouched`. They do not push it either.
 *
 * @returns a scalar; 0 without cells
 */
export function reviewedInstanceLoss(
  patches: Patches,
  { labels, untouched, ids, outlined, located }: ReviewedInstances,
): tf.Scalar {
  const full = tf.mul(fullInstanceLoss(patches, labels, ids, outlined), tf.sum(outlined));
  const weak = tf.mul(weakInstanceLoss(patches, untouched, located), tf.sum(located));
  const cells = tf.maximum(tf.add(tf.sum(outlined), tf.sum(located)), 1);
  return tf.div(tf.add(full, weak), cells);
}
