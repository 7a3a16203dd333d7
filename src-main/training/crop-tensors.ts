import * as tf from '@tensorflow/tfjs-core';
import type { Preset } from '../model/presets.ts';
import { cellBucket } from './cell-buckets.ts';
import type { Crop, ReviewedCrop } from './draw-crop.ts';
import { locationTargets } from './location-targets.ts';
import { places } from './reviewed-cells.ts';

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

/** Additional tensors of a crop of a reviewed image. */
export type ReviewedTensors = {
  /** [h, w]: 1 where it is known whether there is a location. */
  known: tf.Tensor2D;
  /** [h, w]: id of the known cell at the centre of the grid cell, 0 for none. */
  owners: tf.Tensor2D;
  /** [side, side]: 1 in the foreground of cells without an outline. */
  untouched: tf.Tensor2D;
};

/** Location of padding: the corner; it never counts. */
const PADDING_LOCATION = 0;

/** Converts a crop to tensors. */
export function cropTensors(
  crop: Crop,
  { segmentation, locations: grid }: Preset,
): CropTensors & Partial<ReviewedTensors> {
  const cells = crop.locations.length / 2;
  const n = cellBucket(cells);
  const gridSize = crop.size / grid.stride;
  const located = crop.reviewed === undefined ? [] : [...crop.reviewed.onlyLocated];
  const all = located.length === 0 ? crop.locations : Float32Array.from([...crop.locations, ...located]);
  const targets = locationTargets(all, gridSize, gridSize, grid.stride);
  const locations = new Float32Array(2 * n).fill(PADDING_LOCATION);
  locations.set(crop.locations);
  const ids = new Float32Array(n);
  ids.set(crop.ids);
  // Mask pixels per crop side. Masks have twice the resolution of the head's map.
  const side = crop.size / (segmentation.stride / 2);
  return {
    image: tf.tensor4d(crop.image, [1, crop.size, crop.size, crop.channels]),
    positives: tf.tensor2d(targets.positives, [gridSize, gridSize]),
    offsets: tf.tensor3d(targets.offsets, [gridSize, gridSize, 2]),
    locations: tf.tensor2d(locations, [n, 2]),
    validity: tf.tensor1d(Float32Array.from({ length: n }, (_, i) => (i < cells ? 1 : 0))),
    mask: tf.tensor2d(crop.mask, [side, side]),
    ids: tf.tensor1d(ids),
    ...(crop.reviewed === undefined
      ? {}
      : reviewedTensors(crop, crop.reviewed, targets.positives, grid.stride)),
  };
}

function reviewedTensors(
  { size, mask }: Crop,
  reviewed: ReviewedCrop,
  positives: Float32Array,
  stride: number,
): ReviewedTensors {
  const gridSize = size / stride;
  const side = Math.sqrt(mask.length);
  // Grid cells near a rejected location, which belong to no cell.
  const rejected = locationTargets(reviewed.rejectedAt, gridSize, gridSize, stride).positives;
  const known = new Float32Array(gridSize ** 2);
  const owners = new Float32Array(gridSize ** 2);
  for (let i = 0; i < known.length; i++) {
    const row = Math.floor(((Math.floor(i / gridSize) + 0.5) * side) / gridSize);
    const column = Math.floor((((i % gridSize) + 0.5) * side) / gridSize);
    const at = row * side + column;
    owners[i] = mask[at]!;
    const isKnown =
      reviewed.complete ||
      positives[i] === 1 ||
      rejected[i] === 1 ||
      mask[at] !== 0 ||
      reviewed.places[at] === places.empty;
    known[i] = isKnown ? 1 : 0;
  }
  return {
    known: tf.tensor2d(known, [gridSize, gridSize]),
    owners: tf.tensor2d(owners, [gridSize, gridSize]),
    untouched: tf.tensor2d(
      reviewed.places.map((place) => (place === places.untouched ? 1 : 0)),
      [side, side],
    ),
  };
}
