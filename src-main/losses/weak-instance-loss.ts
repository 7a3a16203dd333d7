import * as tf from '@tensorflow/tfjs-core';
import { pastePatches } from '../engine/crop-and-paste.ts';
import type { Patches } from '../model/segmentation-head.ts';
import { countCells, patchWeights, underPatches } from './patch-weights.ts';

/**
 * What takes the place of true outlines: each pixel of the foreground should belong to some cell, none of the background
 * to any, and none to two. With y_i the probabilities of cell i and M the foreground, the mean over cells and pixels of
 *
 *   (1 − M) y_i + M (1 − y_i) + y_i · Σ_{j≠i} −log(1 − y_j)
 *
 * Inside the foreground every cell is pulled up alike, and cells that claim the same pixel push each other off it, the
 * weaker claim harder. All cells of the image must take part: one left out leaves its place to its neighbours.
 *
 * @param foreground [H, W] in mask pixels, 1 or 0
 * @param validity [N], 1 for a cell, 0 for one that only fills the tensor up
 * @returns a scalar; 0 without cells
 */
export function weakInstanceLoss(
  patches: Patches,
  foreground: tf.Tensor2D,
  validity: tf.Tensor1D,
): tf.Scalar {
  const { logits, origins } = patches; // [N, p, p]
  const [n, p] = logits.shape;
  const [height, width] = foreground.shape;
  const weights = patchWeights(patches, validity, { height, width }); // [N, p, p]
  const mask = underPatches(foreground, patches); // [N, p, p]
  const probabilities = tf.sigmoid(logits);

  // −log(1 − σ(z)) = softplus(z). The sum over the others is the sum over all, less the cell's own.
  const claims = tf.mul(tf.softplus(logits), weights);
  const allClaims = pastePatches(tf.reshape(claims, [n, p, p, 1]), origins, height, width); // [H, W, 1]
  const otherClaims = tf.sub(underPatches(tf.reshape(allClaims, [height, width]), patches), claims);

  // (1 − M) y + M (1 − y) = y (1 − 2M) + M
  const slope = tf.add(tf.sub(1, tf.mul(2, mask)), otherClaims);
  const loss = tf.add(tf.mul(probabilities, slope), mask); // [N, p, p]
  return tf.div(tf.sum(tf.mul(loss, weights)), tf.mul(countCells(validity), p * p));
}
