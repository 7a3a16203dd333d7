import * as tf from '@tensorflow/tfjs-core';
import type { Patches } from '../model/segmentation-head.ts';
import { countCells, patchWeights, underPatches } from './patch-weights.ts';

/**
 * Binary cross entropy between each cell's mask and its true mask: the mean over all pixels of all patches.
 * Parts of a true mask outside its patch are ignored.
 *
 * @param labels [H, W] in mask pixels: the label of the cell at each pixel, 0 for background
 * @param ids [N], the label in `labels` of each patch's cell
 * @param validity [N], 1 for a cell, 0 for padding
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
  // −t log y − (1 − t) log(1 − y) with y = σ(logit), computed from the logits.
  const entropy = tf.sub(tf.softplus(logits), tf.mul(truth, logits)); // [N, p, p]
  return tf.div(tf.sum(tf.mul(entropy, weights)), tf.mul(countCells(validity), p * p));
}
