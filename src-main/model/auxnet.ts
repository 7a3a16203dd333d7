import * as tf from '@tensorflow/tfjs-core';
import { convolution, groupNorm, relu, sequence, type Layer } from './layers.ts';
import type { Preset } from './presets.ts';
import { heNormal, type WeightStore } from './weight-store.ts';

/**
 * The auxiliary network of training: from a few pixels around (a narrow field of view, so that it can learn nothing but
 * what an edge looks like) it says where edges of cells are. The edge loss makes it and the masks agree.
 *
 * @returns from [1, H, W, inputs] to probabilities [H/maskStride, W/maskStride]
 */
export function auxnet(
  store: WeightStore,
  inputs: number,
  preset: Preset['auxnet'],
): (x: tf.Tensor4D) => tf.Tensor2D {
  const { channels } = preset;
  const last = convolution(store, 'auxnet/edge', {
    inputs: channels,
    outputs: 1,
    kernel: 3,
    bias: true,
    weights: { kind: 'uniform', bound: 1 / Math.sqrt(9 * channels) },
  });
  const layers: Layer[] =
    preset.input === 'stem'
      ? [
          convolution(store, 'auxnet/conv1', {
            inputs,
            outputs: channels,
            kernel: 3,
            bias: true,
            weights: heNormal(9 * inputs),
          }),
          relu,
        ]
      : [
          // On the image: strided to the masks' resolution, instance norm because brightness is no edge.
          convolution(store, 'auxnet/conv1', { inputs, outputs: channels, kernel: 3, stride: 2 }),
          groupNorm(store, 'auxnet/norm1', channels, 1),
          relu,
          convolution(store, 'auxnet/conv2', { inputs: channels, outputs: channels, kernel: 3 }),
          groupNorm(store, 'auxnet/norm2', channels, 1),
          relu,
        ];
  const net = sequence(...layers, last);
  return (x) => {
    const logits = net(x); // [1, h, w, 1]
    return tf.reshape(tf.sigmoid(logits), [logits.shape[1], logits.shape[2]]);
  };
}
