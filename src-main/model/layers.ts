import * as tf from '@tensorflow/tfjs-core';
import { normaliseGroups } from '../engine/operations/normalise-groups.ts';
import { heNormal, type Initialiser, type WeightStore } from './weight-store.ts';

/** A layer with its weights: an image-like tensor [N, H, W, C] in, another out. */
export type Layer = (x: tf.Tensor4D) => tf.Tensor4D;

/** Keeps rsqrt finite if a channel is constant. */
const NORM_EPSILON = 1e-5;

export interface ConvolutionOptions {
  inputs: number;
  outputs: number;
  kernel: number;
  /** @default 1 */
  stride?: 1 | 2;
  /**
   * Whether to add a learned constant per channel; useless before a norm, which removes it. @default false
   */
  bias?: boolean;
  /** @default He-normal by fan-out, which preserves the size of gradients through a deep stack */
  weights?: Initialiser;
  /** @default 0 */
  biasValue?: number;
}

/** A convolution, zero-padded so that stride 1 keeps the size and stride 2 halves it. */
export function convolution(store: WeightStore, name: string, options: ConvolutionOptions): Layer {
  const { inputs, outputs, kernel, stride = 1, bias = false, biasValue = 0 } = options;
  const weights = store.variable<tf.Rank.R4>(
    `${name}/weights`,
    [kernel, kernel, inputs, outputs],
    options.weights ?? heNormal(kernel * kernel * outputs),
  );
  if (!bias) return (x) => tf.conv2d(x, weights, stride, 'same');
  const offset = store.variable<tf.Rank.R1>(`${name}/bias`, [outputs], {
    kind: 'constant',
    value: biasValue,
  });
  return (x) => tf.add(tf.conv2d(x, weights, stride, 'same'), offset);
}

/** A fully connected layer over [N, inputs]. */
export function dense(
  store: WeightStore,
  name: string,
  inputs: number,
  outputs: number,
  weights: Initialiser = heNormal(inputs),
): (x: tf.Tensor2D) => tf.Tensor2D {
  const matrix = store.variable<tf.Rank.R2>(`${name}/weights`, [inputs, outputs], weights);
  const offset = store.variable<tf.Rank.R1>(`${name}/bias`, [outputs], { kind: 'constant', value: 0 });
  return (x) => tf.add(tf.matMul(x, matrix), offset);
}

/**
 * Group norm (Wu and He 2018, arXiv:1803.08494). Every channel group of every image is scaled to mean 0 and
 * variance 1. Then a learned gain and offset apply. It works on one image at a time, so training and
 * inference are equal.
 */
export function groupNorm(
  store: WeightStore,
  name: string,
  channels: number,
  channelsPerGroup: number,
  gainValue = 1,
): Layer {
  const gain = store.variable<tf.Rank.R1>(`${name}/gain`, [channels], { kind: 'constant', value: gainValue });
  const offset = store.variable<tf.Rank.R1>(`${name}/offset`, [channels], { kind: 'constant', value: 0 });
  const perGroup = Math.min(channels, channelsPerGroup);
  return (x) => normaliseGroups(x, gain, offset, perGroup, NORM_EPSILON);
}

/** Applies layers one after the other. */
export function sequence(...layers: readonly Layer[]): Layer {
  return (x) => layers.reduce((y, layer) => layer(y), x);
}

export const relu: Layer = (x) => tf.relu(x);

/** Doubles height and width by repeating each pixel. */
export const upsampleTwice: Layer = (x) =>
  tf.image.resizeNearestNeighbor(x, [x.shape[1] * 2, x.shape[2] * 2]);
