import * as tf from '@tensorflow/tfjs-core';
import { pastePatches } from '../engine/operations/crop-and-paste.ts';
import type { Patches } from '../model/segmentation-head.ts';
import { countCells, patchWeights, underPatches } from './patch-weights.ts';

/**
 * Replaces true outlines: each foreground pixel should belong to exactly one cell, each background pixel to
 * none. With y_i the probabilities of cell i and M the foreground, the loss is the mean over cells and pixels
 * of
 *
 *   (1 − M) y_i + M (1 − y_i) + y_i · Σ_{j≠i} −log(1 − y_j)
 *
 * Inside the foreground all cells grow equally. Cells that claim the same pixel push each other away, and the
 * weaker claim is pushed harder. All cells of the image must take part: the neighbours of an omitted cell
 * would take its pixels.
 *
 * @param foreground [H, W] in mask pixels, 1 or 0
 * @param validity [N], 1 for a cell, 0 for padding
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

  // −log(1 − σ(z)) = softplus(z). The sum over the other cells is the total minus the cell's own term.
  const claims = tf.mul(tf.softplus(logits), weights);
  const allClaims = pastePatches(tf.reshape(claims, [n, p, p, 1]), origins, height, width); // [H, W, 1]
  const otherClaims = tf.sub(underPatches(tf.reshape(allClaims, [height, width]), patches), claims);

  // (1 − M) y + M (1 − y) = y (1 − 2M) + M
  const slope = tf.add(tf.sub(1, tf.mul(2, mask)), otherClaims);
  const loss = tf.add(tf.mul(probabilities, slope), mask); // [N, p, p]
  return tf.div(tf.sum(tf.mul(loss, weights)), tf.mul(countCells(validity), p * p));
}
