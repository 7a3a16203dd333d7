import * as tf from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../contract/elements.ts';
import type { Backbone } from './backbone.ts';
import { convolution, dense, groupNorm, relu, sequence, type Layer } from './layers.ts';
import type { Resnet50BackbonePreset } from './presets.ts';
import { heNormal, type WeightStore } from './weight-store.ts';

/**
 * Channel attention (Woo et al. 2018, arXiv:1807.06521): the maximum and the mean of each channel pass
 * through the same first layer. Their sum gives one factor in (0, 1) per channel.
 */
function channelAttention(store: WeightStore, name: string, channels: number, squeeze: number): Layer {
  const hidden = channels / squeeze;
  const compress = dense(store, `${name}/compress`, channels, hidden);
  const expand = dense(store, `${name}/expand`, hidden, channels);
  return (x) => {
    const peak = tf.relu(compress(tf.max<tf.Tensor2D>(x, [1, 2]))); // [1, C / squeeze]
    const mean = tf.relu(compress(tf.mean<tf.Tensor2D>(x, [1, 2]))); // [1, C / squeeze]
    const factors = tf.sigmoid(expand(tf.add(peak, mean))); // [1, C]
    return tf.mul(x, tf.reshape(factors, [1, 1, 1, channels]));
  };
}

/** 1×1 down to `width`, 3×3, 1×1 up to four times `width`, channel attention, and a shortcut. */
function bottleneck(
  store: WeightStore,
  name: string,
  inputs: number,
  width: number,
  stride: 1 | 2,
  channelsPerGroup: number,
  attentionSqueeze: number,
): Layer {
  const outputs = 4 * width;
  const convNorm = (part: string, from: number, to: number, kernel: number, by: 1 | 2): Layer =>
    sequence(
      convolution(store, `${name}/${part}`, {
        inputs: from,
        outputs: to,
        kernel,
        stride: by,
        weights: heNormal(kernel * kernel * from),
      }),
      groupNorm(store, `${name}/${part}-norm`, to, channelsPerGroup),
    );
  const branch = sequence(
    convNorm('reduce', inputs, width, 1, 1),
    relu,
    convNorm('conv', width, width, 3, stride),
    relu,
    convNorm('expand', width, outputs, 1, 1),
    relu,
    channelAttention(store, `${name}/attention`, outputs, attentionSqueeze),
  );
  if (stride === 1) return (x) => tf.relu(tf.add(branch(x), x));
  const shortcut = convNorm('shortcut', inputs, outputs, 1, stride);
  return (x) => tf.relu(tf.add(branch(x), shortcut(x)));
}

/**
 * The backbone of `paper`: a stem of two 3×3 convolutions at stride 1, then ResNet-50's stages, each starting
 * with stride 2.
 */
export function resnet50Backbone(
  store: WeightStore,
  inputChannels: number,
  preset: Resnet50BackbonePreset,
  channelsPerGroup: number,
): Backbone {
  const [stemFirst, stemSecond] = preset.stemChannels;
  const stemConvolution = (name: string, inputs: number, outputs: number): Layer =>
    sequence(
      convolution(store, `backbone/${name}`, {
        inputs,
        outputs,
        kernel: 3,
        bias: true,
        weights: heNormal(9 * inputs),
      }),
      relu,
    );
  const stem = sequence(
    stemConvolution('stem1', inputChannels, stemFirst),
    stemConvolution('stem2', stemFirst, stemSecond),
    groupNorm(store, 'backbone/stem-norm', stemSecond, channelsPerGroup),
  );
  let inputs = stemSecond;
  const stages = preset.stages.map(({ width, blocks }, stage) => {
    const layers: Layer[] = [];
    for (let i = 0; i < blocks; i++) {
      const name = `backbone/stage${stage + 1}/block${i + 1}`;
      layers.push(
        bottleneck(store, name, inputs, width, i === 0 ? 2 : 1, channelsPerGroup, preset.attentionSqueeze),
      );
      inputs = 4 * width;
    }
    return sequence(...layers);
  });
  const channels = preset.stages.map((stage) => 4 * stage.width);
  return {
    stemChannels: stemSecond,
    channels: [numberAt(channels, 0), numberAt(channels, 1), numberAt(channels, 2), numberAt(channels, 3)],
    run: (image) => {
      const full = stem(image); // [1, H, W, 64]
      const half = itemAt(stages, 0)(full); // [1, H/2, W/2, 256]
      const quarter = itemAt(stages, 1)(half); // [1, H/4, W/4, 512]
      const eighth = itemAt(stages, 2)(quarter); // [1, H/8, W/8, 1024]
      const sixteenth = itemAt(stages, 3)(eighth); // [1, H/16, W/16, 2048]
      return { stem: full, levels: [half, quarter, eighth, sixteenth] };
    },
  };
}
