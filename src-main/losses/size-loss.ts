import * as tf from '@tensorflow/tfjs-core';
import type { Patches } from '../model/segmentation-head.ts';
import { countCells, patchWeights, type MaskSize } from './patch-weights.ts';

/** Keeps 1/√area finite: a thousandth of a pixel. */
const SMALLEST_AREA = 1e-3;

/**
 * Area of each cell's soft mask, in mask pixels inside the image.
 * @returns [N]; 0 for padding
 */
export function softAreas(patches: Patches, validity: tf.Tensor1D, size: MaskSize): tf.Tensor1D {
  return tf.sum(tf.mul(tf.sigmoid(patches.logits), patchWeights(patches, validity, size)), [1, 2]);
}

/**
 * Mean over cells of p / √area: the smaller a cell, the higher its loss. Without this term the overlap term
 * shrinks the cells of a crowded image to nothing before they find their positions.
 *
 * @param areas [N], from softAreas
 * @param patchSize p, width of a patch in mask pixels
 * @returns a scalar; 0 without cells
 */
export function sizeLoss(areas: tf.Tensor1D, patchSize: number, validity: tf.Tensor1D): tf.Scalar {
  const cost = tf.mul(patchSize, tf.rsqrt(tf.add(areas, SMALLEST_AREA))); // [N]
  return tf.div(tf.sum(tf.mul(cost, validity)), countCells(validity));
}
