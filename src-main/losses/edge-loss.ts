import * as tf from '@tensorflow/tfjs-core';
import { pastePatches } from '../engine/operations/crop-and-paste.ts';
import type { Patches } from '../model/segmentation-head.ts';
import { huber } from './huber.ts';

/** Difference at which the loss changes from quadratic to linear. Differences are at most 1. */
const HUBER_DELTA = 0.5;

/**
 * Mask edges should coincide with the edges auxnet predicts. The loss is the mean Huber loss between auxnet's
 * map and tanh Σ_i e_i, where e_i is the edge strength of cell i's probabilities. Gradients flow both ways:
 * auxnet learns from the masks what edges look like, and the masks move to such edges.
 *
 * @param edges [H, W] in mask pixels: auxnet's probabilities
 * @param validity [N], 1 for a cell, 0 for padding
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
 * Edge strength of each mask: √((Sy² + Sx²) / 8), with Sobel filters and reflected borders. The sum is
 * clipped to [1e-9, 1] before the root, because the root's slope is infinite at 0.
 *
 * @param probabilities [N, p, p]
 * @returns [N, p, p]
 */
export function maskEdges(probabilities: tf.Tensor3D): tf.Tensor3D {
  const [n, p] = probabilities.shape;
  const padded: tf.Tensor4D = tf.reshape(reflectBorder(probabilities), [n, p + 2, p + 2, 1]);
  // Both Sobel kernels as the two output channels of one convolution: [3, 3, 1, 2].
  const sobel = tf.tensor4d([1, 1, 2, 0, 1, -1, 0, 2, 0, 0, 0, -2, -1, 1, -2, 0, -1, -1], [3, 3, 1, 2]);
  const slopes = tf.conv2d(padded, sobel, 1, 'valid'); // [N, p, p, 2]
  const squares = tf.div(tf.sum(tf.square(slopes), 3), 8); // [N, p, p]
  return tf.sqrt(tf.clipByValue(squares, 1e-9, 1)) as tf.Tensor3D;
}

/** Pads one pixel on every side, mirrored about the border pixel: [N, p, p] → [N, p + 2, p + 2]. */
function reflectBorder(x: tf.Tensor3D): tf.Tensor3D {
  // Built from slices, because the gradient of tfjs's mirrorPad omits the padding's contribution.
  const [n, height, width] = x.shape;
  const row = (y: number): tf.Tensor3D => tf.slice(x, [0, y, 0], [n, 1, width]);
  const tall = tf.concat([row(1), x, row(height - 2)], 1); // [N, p + 2, p]
  const column = (at: number): tf.Tensor3D => tf.slice(tall, [0, 0, at], [n, height + 2, 1]);
  return tf.concat([column(1), tall, column(width - 2)], 2); // [N, p + 2, p + 2]
}
