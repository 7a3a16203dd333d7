import * as tf from '@tensorflow/tfjs-core';
import { cropPatches } from '../engine/operations/crop-and-paste.ts';
import type { Patches } from '../model/segmentation-head.ts';

/** Size in mask pixels of the image-sized maps that patches are compared with. */
export interface MaskSize {
  height: number;
  width: number;
}

/**
 * Weight of each patch pixel: 1 if it is inside the image and belongs to a real cell, 0 if not.
 *
 * @param validity [N], 1 for a cell, 0 for padding
 * @returns [N, p, p]
 */
export function patchWeights(patches: Patches, validity: tf.Tensor1D, size: MaskSize): tf.Tensor3D {
  const [n, p] = patches.logits.shape;
  const inside = cropPatches(tf.ones([size.height, size.width, 1]), patches.origins, p); // [N, p, p, 1]
  return tf.mul(tf.reshape(inside, [n, p, p]), tf.reshape(validity, [n, 1, 1]));
}

/** Crops a map [H, W] at each patch: [N, p, p]; 0 outside the map. */
export function underPatches(map: tf.Tensor2D, patches: Patches): tf.Tensor3D {
  const [n, p] = patches.logits.shape;
  return tf.reshape(cropPatches(tf.expandDims(map, 2), patches.origins, p), [n, p, p]);
}

/** Number of real cells, at least 1, so that a mean over no cells is 0. */
export function countCells(validity: tf.Tensor1D): tf.Scalar {
  return tf.maximum(tf.sum(validity), 1);
}
