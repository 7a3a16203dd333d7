import * as tf from '@tensorflow/tfjs-core';
import { itemAt } from '../contract/elements.ts';
import type { Backbone } from './backbone.ts';
import { convolution, groupNorm, relu, sequence, type Layer } from './layers.ts';
import type { ResidualBackbonePreset } from './presets.ts';
import type { WeightStore } from './weight-store.ts';

/** Two 3×3 convolutions and a shortcut (He et al. 2016, arXiv:1512.03385). */
function residualBlock(
  store: WeightStore,
  name: string,
  inputs: number,
  outputs: number,
  stride: 1 | 2,
  channelsPerGroup: number,
): Layer {
  const branch = sequence(
    convolution(store, `${name}/conv1`, { inputs, outputs, kernel: 3, stride }),
    groupNorm(store, `${name}/norm1`, outputs, channelsPerGroup),
    relu,
    convolution(store, `${name}/conv2`, { inputs: outputs, outputs, kernel: 3 }),
    // The gain starts at one half; otherwise the sum of branch and shortcut grows from block to block.
    groupNorm(store, `${name}/norm2`, outputs, channelsPerGroup, 0.5),
  );
  if (inputs === outputs && stride === 1) return (x) => tf.relu(tf.add(branch(x), x));
  const project = sequence(
    convolution(store, `${name}/shortcut`, { inputs, outputs, kernel: 1 }),
    groupNorm(store, `${name}/shortcut-norm`, outputs, channelsPerGroup),
  );
  // Averaging before the projection uses all four pixels; a strided 1×1 convolution uses only one.
  const shortcut: Layer = (x) => project(stride === 1 ? x : tf.avgPool(x, stride, stride, 'valid'));
  return (x) => tf.relu(tf.add(branch(x), shortcut(x)));
}

/**
 * The backbone of `small` and `tiny`: a 5×5 stem at stride 2 with one block, then two blocks at each of
 * strides 4, 8 and 16.
 */
export function residualBackbone(
  store: WeightStore,
  inputChannels: number,
  preset: ResidualBackbonePreset,
  channelsPerGroup: number,
): Backbone {
  const [first, ...deeper] = preset.channels;
  const block = (name: string, inputs: number, outputs: number, stride: 1 | 2): Layer =>
    residualBlock(store, `backbone/${name}`, inputs, outputs, stride, channelsPerGroup);
  const stages: Layer[] = [
    sequence(
      convolution(store, 'backbone/stem', { inputs: inputChannels, outputs: first, kernel: 5, stride: 2 }),
      groupNorm(store, 'backbone/stem-norm', first, channelsPerGroup),
      relu,
      block('stage1/block1', first, first, 1),
    ),
  ];
  let inputs: number = first;
  deeper.forEach((outputs, i) => {
    stages.push(
      sequence(
        block(`stage${i + 2}/block1`, inputs, outputs, 2),
        block(`stage${i + 2}/block2`, outputs, outputs, 1),
      ),
    );
    inputs = outputs;
  });
  return {
    stemChannels: undefined,
    channels: preset.channels,
    run: (image) => {
      const half = itemAt(stages, 0)(image); // [1, H/2, W/2, C₁]
      const quarter = itemAt(stages, 1)(half); // [1, H/4, W/4, C₂]
      const eighth = itemAt(stages, 2)(quarter); // [1, H/8, W/8, C₃]
      const sixteenth = itemAt(stages, 3)(eighth); // [1, H/16, W/16, C₄]
      return { stem: undefined, levels: [half, quarter, eighth, sixteenth] };
    },
  };
}
