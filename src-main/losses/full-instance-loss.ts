import * as tf from '@tensorflow/tfjs-core';
import type { Patches } from '../model/segmentation-head.ts';
import { countCells, patchWeights, underPatches } from './patch-weights.ts';

/**
 * Binary cross entropy of each cell's mask against its true one, mean over all pixels of all patches. What of a true
 * mask lies outside its patch is not asked for.
 *
 * @param labels [H, W] in mask pixels: the number of the cell at each pixel, 0 for none
 * @param ids [N], the number each patch's cell has in `labels`
 * @param validity [N], 1 for a cell, 0 for one that only fills the tensor up
 * @returns a scalar; 0 without cells
 */
export function fullInstanceLoss(
  patches: Patches,
  labels: tf.Tensor2D,
  ids: tf.Tensor1D,
  validity: tf.Tensor1D,
): tf.Scalar {
  const { logits } = patches; // [N, p, p]
  const [n, p] = logits.shape;
  const weights = patchWeights(patches, validity, { height: labels.shape[0], width: labels.shape[1] });
  const truth = tf.cast(tf.equal(underPatches(labels, patches), tf.reshape(ids, [n, 1, 1])), 'float32');
  // −t log y − (1 − t) log(1 − y), y = σ(logit), without leaving the logits.
  const entropy = tf.sub(tf.softplus(logits), tf.mul(truth, logits)); // [N, p, p]
  return tf.div(tf.sum(tf.mul(entropy, weights)), tf.mul(countCells(validity), p * p));
}
