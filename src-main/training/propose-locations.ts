import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '../engine/operations/without-gradient.ts';
import type { Features } from '../model/create-model.ts';

/**
 * Moves each annotated location to the network's own proposal. Proposals within `radiusPx` count if they are
 * nearer to it than to any other location. The one with the highest score is taken. Without a proposal, the
 * location stays. So the head trains on locations as inexact as those at inference. No gradient passes.
 *
 * Everything stays in tensors: reading proposals during a step would split its graph.
 *
 * @param locations [N, 2] in px
 * @param validity [N], 1 for a cell, 0 for padding
 * @param owners needed if some cells of the image are not among `locations`. A cell then takes only proposals
 *   of grid cells in its own mask, never a neighbour's.
 * @returns [N, 2] in px, in the order of `locations`
 */
export function proposeLocations(
  features: Features,
  locations: tf.Tensor2D,
  validity: tf.Tensor1D,
  radiusPx: number,
  owners?: GridOwners,
): tf.Tensor2D {
  const [height, width] = features.scoreLogits.shape;
  const stride = features.locationStride;
  const [n] = locations.shape;
  const grid = height * width;

  const choose = (): tf.Tensor2D => {
    const centres = tf.tensor2d(gridCentres(height, width), [grid, 2]);
    const proposals = tf.mul(tf.add(tf.reshape(features.offsets, [grid, 2]), centres), stride); // [G, 2]
    const row = (axis: 0 | 1): tf.Tensor2D =>
      tf.reshape(tf.slice(proposals, [0, axis], [grid, 1]), [1, grid]);
    const column = (axis: 0 | 1): tf.Tensor2D => tf.slice(locations, [0, axis], [n, 1]);
    const [y, x, ownY, ownX] = [row(0), row(1), column(0), column(1)]; // [1, G], [1, G], [N, 1], [N, 1]
    const apart = tf.add(tf.square(tf.sub(ownY, y)), tf.square(tf.sub(ownX, x))); // [N, G]
    // Padding is never the nearest location.
    const distance = tf.add(apart, tf.mul(tf.sub(1, tf.reshape(validity, [n, 1])), 1e12)); // [N, G]
    const isNearest = tf.equal(distance, tf.min(distance, 0, true)); // [N, G]
    const isNear = tf.less(distance, radiusPx * radiusPx); // [N, G]
    const isInside = tf.logicalAnd(
      tf.logicalAnd(tf.greaterEqual(y, 0), tf.less(y, height * stride)),
      tf.logicalAnd(tf.greaterEqual(x, 0), tf.less(x, width * stride)),
    ); // [1, G]
    const isAllowed = owners === undefined ? isInside : tf.logicalAnd(isInside, isOwn(owners, n, grid));
    const isMine = tf.cast(tf.logicalAnd(tf.logicalAnd(isNearest, isNear), isAllowed), 'float32'); // [N, G]
    // [N, G], 0 for proposals of other locations
    const scores = tf.mul(isMine, tf.sigmoid(tf.reshape(features.scoreLogits, [1, grid])));
    const best = tf.argMax<tf.Tensor1D>(scores, 1); // [N]
    const found = tf.cast(tf.greater(tf.max(scores, 1, true), 0), 'float32'); // [N, 1]
    const moved = tf.gather(proposals, best); // [N, 2]
    return tf.add(tf.mul(found, moved), tf.mul(tf.sub(1, found), locations)); // [N, 2]
  };

  return withoutGradient(choose);
}

/** Which known cell each grid cell belongs to. */
export interface GridOwners {
  /** [h, w]: the id of the known cell at the centre of the grid cell, 0 for none. */
  grid: tf.Tensor2D;
  /** [N]: the id of each cell, 0 without a known outline. */
  ids: tf.Tensor1D;
}

function isOwn({ grid, ids }: GridOwners, cells: number, gridCells: number): tf.Tensor {
  return tf.equal(tf.reshape(ids, [cells, 1]), tf.reshape(grid, [1, gridCells])); // [N, G]
}

/** (row + 0.5, column + 0.5) of every grid cell, packed. */
function gridCentres(height: number, width: number): Float32Array {
  const centres = new Float32Array(height * width * 2);
  for (let i = 0; i < height * width; i++) {
    centres[2 * i] = Math.floor(i / width) + 0.5;
    centres[2 * i + 1] = (i % width) + 0.5;
  }
  return centres;
}
