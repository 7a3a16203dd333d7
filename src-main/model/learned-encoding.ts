import * as tf from '@tensorflow/tfjs-core';
import { itemAt } from '../contract/elements.ts';
import { cropPatches } from '../engine/operations/crop-and-paste.ts';
import { dense } from './layers.ts';
import type { WeightStore } from './weight-store.ts';

/** Stride of the map from which a cell's learned encoding is read. */
const ENCODING_STRIDE = 4;

/** The encoding is an image of 8×8 pixels and 4 channels, enlarged to the crop: coarse shape, no texture. */
const ENCODING_SIZE = 8;
const ENCODING_CHANNELS = 4;

/**
 * Generates a coarse image of the cell from the feature at its location: [N, crop, crop, cropChannels], to be
 * added to its crop.
 */
export function learnedEncoding(
  store: WeightStore,
  featureChannels: number,
  hidden: number,
  cropChannels: number,
  cropSize: number,
): (map: tf.Tensor3D, locations: tf.Tensor2D) => tf.Tensor4D {
  const pixels = ENCODING_SIZE * ENCODING_SIZE;
  const first = dense(store, 'head/encoding/hidden1', featureChannels, hidden, {
    kind: 'uniform',
    bound: 1 / Math.sqrt(featureChannels),
  });
  const second = dense(store, 'head/encoding/hidden2', hidden, hidden, {
    kind: 'uniform',
    bound: 1 / Math.sqrt(hidden),
  });
  const drawing = dense(store, 'head/encoding/drawing', hidden, pixels * ENCODING_CHANNELS, {
    kind: 'uniform',
    bound: 1 / Math.sqrt(hidden),
  });
  const project = dense(store, 'head/encoding/project', ENCODING_CHANNELS, cropChannels, {
    kind: 'uniform',
    bound: 1 / Math.sqrt(ENCODING_CHANNELS),
  });
  // Bilinear enlargement is linear. As a matrix it needs no gradient code and is one multiplication for all
  // cells.
  const enlarge = store.constant(() => bilinearEnlargement(ENCODING_SIZE, cropSize)); // [1, c², 64]
  return (map, locations) => {
    const n = locations.shape[0];
    const feature = readBilinear(map, tf.div(locations, ENCODING_STRIDE)); // [N, features]
    const drawn = drawing(tf.relu(second(tf.relu(first(feature))))); // [N, 64 · 4]
    const coarse = project(tf.reshape(drawn, [n * pixels, ENCODING_CHANNELS])); // [N · 64, K]
    const fine = tf.matMul(enlarge, tf.reshape(coarse, [n, pixels, cropChannels])); // [N, c², K]
    return tf.reshape(fine, [n, cropSize, cropSize, cropChannels]);
  };
}

/**
 * The matrix [1, to², from²] of bilinear enlargement of a square image: pixel centres at +0.5, edges
 * repeated.
 */
function bilinearEnlargement(from: number, to: number): tf.Tensor3D {
  const line = Array.from({ length: to }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.min(Math.floor(at), from - 2);
    return { low, high: at - low };
  });
  const weight = (i: number, j: number): number => {
    const { low, high } = itemAt(line, i);
    return j === low ? 1 - high : j === low + 1 ? high : 0;
  };
  const matrix = new Float32Array(to * to * from * from);
  for (let row = 0; row < to * to; row++) {
    for (let column = 0; column < from * from; column++) {
      matrix[row * from * from + column] =
        weight(Math.floor(row / to), Math.floor(column / from)) * weight(row % to, column % from);
    }
  }
  return tf.tensor3d(matrix, [1, to * to, from * from]);
}

/**
 * Bilinear interpolation of the map, edges repeated.
 * @param map [h, w, C], at least 2 × 2
 * @param positions [N, 2] in map pixels
 * @returns [N, C]
 */
function readBilinear(map: tf.Tensor3D, positions: tf.Tensor2D): tf.Tensor2D {
  const [height, width, channels] = map.shape;
  const n = positions.shape[0];
  const fromCentre = tf.sub(positions, 0.5); // [N, 2]
  const last = tf.tensor1d([height - 2, width - 2]);
  const corner: tf.Tensor2D = tf.minimum(tf.maximum(tf.floor(fromCentre), 0), last); // [N, 2]
  const high = tf.clipByValue(tf.sub(fromCentre, corner), 0, 1); // [N, 2]
  const shares = tf.stack([tf.sub(1, high), high], 2); // [N, axis, low or high]
  const down = tf.reshape(tf.slice(shares, [0, 0, 0], [n, 1, 2]), [n, 2, 1]);
  const across = tf.reshape(tf.slice(shares, [0, 1, 0], [n, 1, 2]), [n, 1, 2]);
  const weights = tf.reshape(tf.mul(down, across), [n, 2, 2, 1]);
  const origins: tf.Tensor2D = tf.cast(corner, 'int32');
  const corners = cropPatches(map, origins, 2); // [N, 2, 2, C]
  return tf.reshape(tf.sum(tf.mul(corners, weights), [1, 2]), [n, channels]);
}
