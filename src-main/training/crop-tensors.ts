import * as tf from '@tensorflow/tfjs-core';
import type { Preset } from '../model/presets.ts';
import { cellBucket } from './cell-buckets.ts';
import type { Crop } from './draw-crop.ts';
import { locationTargets } from './location-targets.ts';

/**
 * A crop as tensors. N cells are padded to the next bucket, so that crops with similar numbers share a graph.
 */
export type CropTensors = {
  /** [1, size, size, channels] */
  image: tf.Tensor4D;
  /** [h, w] and [h, w, 2], from locationTargets. */
  positives: tf.Tensor2D;
  offsets: tf.Tensor3D;
  /** [N, 2] in px. */
  locations: tf.Tensor2D;
  /** [N]: 1 for a cell, 0 for padding. */
  validity: tf.Tensor1D;
  /** [side, side] at the resolution of the masks. */
  mask: tf.Tensor2D;
  /** [N]: ids of the cells in the mask; 0 where outlines are unknown. */
  ids: tf.Tensor1D;
};

/** Location of padding: the corner; it never counts. */
const PADDING_LOCATION = 0;

/** Converts a crop to tensors. */
export function cropTensors(crop: Crop, { segmentation, locations: grid }: Preset): CropTensors {
  const cells = crop.locations.length / 2;
  const n = cellBucket(cells);
  const gridSize = crop.size / grid.stride;
  const targets = locationTargets(crop.locations, gridSize, gridSize, grid.stride);
  const locations = new Float32Array(2 * n).fill(PADDING_LOCATION);
  locations.set(crop.locations);
  const ids = new Float32Array(n);
  ids.set(crop.ids);
  // mask pixels per crop side: masks have twice the resolution of the head's map
  const side = crop.size / (segmentation.stride / 2);
  return {
    image: tf.tensor4d(crop.image, [1, crop.size, crop.size, crop.channels]),
    positives: tf.tensor2d(targets.positives, [gridSize, gridSize]),
    offsets: tf.tensor3d(targets.offsets, [gridSize, gridSize, 2]),
    locations: tf.tensor2d(locations, [n, 2]),
    validity: tf.tensor1d(Float32Array.from({ length: n }, (_, i) => (i < cells ? 1 : 0))),
    mask: tf.tensor2d(crop.mask, [side, side]),
    ids: tf.tensor1d(ids),
  };
}
