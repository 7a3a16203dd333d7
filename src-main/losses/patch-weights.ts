import * as tf from '@tensorflow/tfjs-core';
import { cropPatches } from '../engine/crop-and-paste.ts';
import type { Patches } from '../model/segmentation-head.ts';

/** The image-sized maps that patches are compared with have this size, in mask pixels. */
export interface MaskSize {
  height: number;
  width: number;
}

/**
 * Which pixels of which patches count: 1 where the pixel lies inside the image and the cell is a real one, else 0.
 *
 * @param validity [N], 1 for a cell, 0 for one that only fills the tensor up
 * @returns [N, p, p]
 */
export function patchWeights(patches: Patches, validity: tf.Tensor1D, size: MaskSize): tf.Tensor3D {
  const [n, p] = patches.logits.shape;
  const inside = cropPatches(tf.ones([size.height, size.width, 1]), patches.origins, p); // [N, p, p, 1]
  return tf.mul(tf.reshape(inside, [n, p, p]), tf.reshape(validity, [n, 1, 1]));
}

/** Cuts out of a map [H, W] what lies under each patch: [N, p, p]; 0 outside the map. */
export function underPatches(map: tf.Tensor2D, patches: Patches): tf.Tensor3D {
  const [n, p] = patches.logits.shape;
  return tf.reshape(cropPatches(tf.expandDims(map, 2), patches.origins, p), [n, p, p]);
}

/** The number of real cells, at least 1, so that a mean over none is 0. */
export function countCells(validity: tf.Tensor1D): tf.Scalar {
  return tf.maximum(tf.sum(validity), 1);
}
