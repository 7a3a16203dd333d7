import * as tf from '@tensorflow/tfjs-core';
import { pastePatches } from '../engine/crop-and-paste.ts';
import type { Patches } from '../model/segmentation-head.ts';
import { huber } from './huber.ts';

/** Difference at which the loss turns from square to linear; at most 1 can occur. */
const HUBER_DELTA = 0.5;

/**
 * The edges of the cells' masks should be where auxnet sees edges in the image: mean Huber of auxnet's map against
 * tanh Σ_i e_i, e_i the steepness of cell i's probabilities. Gradients go both ways, so that auxnet learns from the masks
 * what edges look like, and the masks move to edges of that look.
 *
 * @param edges [H, W] in mask pixels: auxnet's probabilities
 * @param validity [N], 1 for a cell, 0 for one that only fills the tensor up
 * @returns a scalar
 */
export function edgeLoss(patches: Patches, edges: tf.Tensor2D, validity: tf.Tensor1D): tf.Scalar {
  const [n] = patches.logits.shape;
  const [height, width] = edges.shape;
  const steepness = tf.mul(maskEdges(tf.sigmoid(patches.logits)), tf.reshape(validity, [n, 1, 1]));
  const pasted = pastePatches(tf.expandDims(steepness, 3), patches.origins, height, width); // [H, W, 1]
  const found = tf.tanh(tf.reshape(pasted, [height, width]));
  return tf.mean(huber(tf.sub(edges, found), HUBER_DELTA));
}

/**
 * Steepness of each mask: √((Sy² + Sx²) / 8), Sobel with reflected borders, clipped to [1e-9, 1] before the root, whose
 * slope at 0 has no limit.
 *
 * @param probabilities [N, p, p]
 * @returns [N, p, p]
 */
export function maskEdges(probabilities: tf.Tensor3D): tf.Tensor3D {
  const [n, p] = probabilities.shape;
  const padded: tf.Tensor4D = tf.reshape(reflectBorder(probabilities), [n, p + 2, p + 2, 1]);
  // Both of Sobel's kernels as the two output channels of one convolution: [3, 3, 1, 2].
  const sobel = tf.tensor4d([1, 1, 2, 0, 1, -1, 0, 2, 0, 0, 0, -2, -1, 1, -2, 0, -1, -1], [3, 3, 1, 2]);
  const slopes = tf.conv2d(padded, sobel, 1, 'valid'); // [N, p, p, 2]
  const squares = tf.div(tf.sum(tf.square(slopes), 3), 8); // [N, p, p]
  return tf.sqrt(tf.clipByValue(squares, 1e-9, 1)) as tf.Tensor3D;
}

/** One pixel more on every side, mirrored about the border pixel: [N, p, p] → [N, p + 2, p + 2]. */
function reflectBorder(x: tf.Tensor3D): tf.Tensor3D {
  // In slices: the gradient of tfjs's mirrorPad leaves out what the border gives back.
  const [n, height, width] = x.shape;
  const row = (y: number): tf.Tensor3D => tf.slice(x, [0, y, 0], [n, 1, width]);
  const tall = tf.concat([row(1), x, row(height - 2)], 1); // [N, p + 2, p]
  const column = (at: number): tf.Tensor3D => tf.slice(tall, [0, 0, at], [n, height + 2, 1]);
  return tf.concat([column(1), tall, column(width - 2)], 2); // [N, p + 2, p + 2]
}
