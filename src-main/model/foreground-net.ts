import * as tf from '@tensorflow/tfjs-core';
import { convolution, groupNorm, relu, sequence, upsampleTwice, type Layer } from './layers.ts';
import type { Preset } from './presets.ts';
import type { WeightStore } from './weight-store.ts';

/** The beginning of its weights' names. Like those of auxnet, only training needs them. */
export const foregroundNetName = 'auxnet/foreground/';

/**
 * Predicts the foreground in trainings without picked foregrounds. It is a small U-Net with two levels, on
 * the image itself: the collaborator of the authors’ implementation of 2023. It sees no points, so it learns
 * only the look of cells and background.
 *
 * @returns from [1, H, W, inputs] to logits [H/maskStride, W/maskStride]
 */
export function foregroundNet(
  store: WeightStore,
  inputs: number,
  { auxnet, segmentation, channelsPerGroup }: Preset,
): (image: tf.Tensor4D) => tf.Tensor2D {
  const { channels } = auxnet;
  const block = (name: string, from: number, stride: 1 | 2): Layer =>
    sequence(
      convolution(store, `${foregroundNetName}${name}`, {
        inputs: from,
        outputs: channels,
        kernel: 3,
        stride,
      }),
      groupNorm(store, `${foregroundNetName}${name}-norm`, channels, channelsPerGroup),
      relu,
    );
  const maskStride = segmentation.stride === 4 ? 2 : 1;
  const fine = block('fine', inputs, maskStride);
  const middle = block('middle', channels, 2);
  const coarse = sequence(block('coarse', channels, 2), block('deepest', channels, 1));
  const joinMiddle = block('join-middle', channels, 1);
  const joinFine = block('join-fine', channels, 1);
  const last = convolution(store, `${foregroundNetName}logit`, {
    inputs: channels,
    outputs: 1,
    kernel: 1,
    bias: true,
    weights: { kind: 'uniform', bound: 1 / Math.sqrt(channels) },
  });
  return (image) => {
    const first = fine(image); // [1, h, w, c]
    const second = middle(first); // [1, h/2, w/2, c]
    const third = coarse(second); // [1, h/4, w/4, c]
    const up = joinMiddle(tf.add(second, upsampleTwice(third))); // [1, h/2, w/2, c]
    const logits = last(joinFine(tf.add(first, upsampleTwice(up)))); // [1, h, w, 1]
    return tf.reshape(logits, [logits.shape[1], logits.shape[2]]);
  };
}
