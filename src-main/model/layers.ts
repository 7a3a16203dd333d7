import * as tf from '@tensorflow/tfjs-core';
import { heNormal, type Initialiser, type WeightStore } from './weight-store.ts';

/** A layer, its weights already made: an image-like tensor [N, H, W, C] in, another out. */
export type Layer = (x: tf.Tensor4D) => tf.Tensor4D;

/** Keeps rsqrt finite where a channel is constant. */
const NORM_EPSILON = 1e-5;

export interface ConvolutionOptions {
  inputs: number;
  outputs: number;
  kernel: number;
  /** @default 1 */
  stride?: 1 | 2;
  /** Whether to add a learned constant a channel; pointless before a norm, which removes it. @default false */
  bias?: boolean;
  /** @default He-normal by the fan-out, which keeps the gradients' size through a deep stack */
  weights?: Initialiser;
  /** @default 0 */
  biasValue?: number;
}

/** A convolution, zero padded so that stride 1 keeps and stride 2 halves the size. */
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

/** Replaces each channel's value [N, 1, 1, C] by the mean over its group of neighbouring channels. */
function meanWithinGroups(perChannel: tf.Tensor4D, channelsPerGroup: number): tf.Tensor4D {
  if (channelsPerGroup === 1) return perChannel;
  const [n, , , channels] = perChannel.shape;
  const grouped = tf.reshape(perChannel, [n, channels / channelsPerGroup, channelsPerGroup]);
  const spread = tf.mul(tf.mean(grouped, 2, true), tf.ones([1, 1, channelsPerGroup])); // [N, groups, per group]
  return tf.reshape(spread, [n, 1, 1, channels]);
}

/**
 * Group norm (Wu and He 2018, arXiv:1803.08494): every group of channels of every image is shifted and scaled to mean 0
 * and variance 1, then by the learned gain and offset. It sees one image at a time, so that training and use are the same.
 *
 * Written from the means of single channels: regrouping [N, H, W, C] itself would move the whole map through memory.
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
  return (x) => {
    const mean = meanWithinGroups(tf.mean(x, [1, 2], true), perGroup); // [N, 1, 1, C]
    const centred = tf.sub(x, mean); // [N, H, W, C]
    const variance = meanWithinGroups(tf.mean(tf.square(centred), [1, 2], true), perGroup); // [N, 1, 1, C]
    const scale = tf.mul(tf.rsqrt(tf.add(variance, NORM_EPSILON)), gain); // [N, 1, 1, C]
    return tf.add(tf.mul(centred, scale), offset); // [N, H, W, C]
  };
}

/** One layer after the other. */
export function sequence(...layers: readonly Layer[]): Layer {
  return (x) => layers.reduce((y, layer) => layer(y), x);
}

export const relu: Layer = (x) => tf.relu(x);

/** Doubles height and width by repeating each pixel. */
export const upsampleTwice: Layer = (x) =>
  tf.image.resizeNearestNeighbor(x, [x.shape[1] * 2, x.shape[2] * 2]);
