import * as tf from '@tensorflow/tfjs-core';
import { convolution, groupNorm, relu, sequence, type Layer } from './layers.ts';
import type { Preset } from './presets.ts';
import { heNormal, type WeightStore } from './weight-store.ts';

/**
 * The auxiliary network for training: predicts cell edges. It sees only a few pixels around each position, so
 * that it can learn nothing but the appearance of an edge. The edge loss makes it and the masks agree.
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
          // On the image: strided to the resolution of the masks. Instance norm, because brightness is not an
          // edge.
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
