import * as tf from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../contract/elements.ts';
import type { BackboneMaps } from './backbone.ts';
import { convolution, relu, sequence, upsampleTwice, type Layer } from './layers.ts';
import type { Preset } from './presets.ts';
import type { WeightStore } from './weight-store.ts';

/** Pyramid maps by stride: [1, H/stride, W/stride, channels]. */
export type PyramidMaps = ReadonlyMap<number, tf.Tensor4D>;

/**
 * A feature pyramid (Lin et al. 2017, arXiv:1612.03144). It carries the semantics of deep maps up to the fine
 * maps, which have exact positions. Each level convolves a sum: the level below, upsampled twice, plus a
 * lateral 1×1 convolution. It has no norm.
 *
 * @param levelChannels of the backbone's maps
 */
export function featurePyramid(
  store: WeightStore,
  levelChannels: readonly [number, number, number, number],
  { pyramidChannels: channels, smoothsDeepest, segmentation }: Preset,
): (maps: BackboneMaps) => PyramidMaps {
  const steps: { stride: number; level: number; lateral: Layer; smooth: Layer }[] = [];
  for (let level = 3; 2 ** (level + 1) >= segmentation.stride; level--) {
    const stride = 2 ** (level + 1);
    const inputs = numberAt(levelChannels, level);
    const lateral = sequence(
      convolution(store, `pyramid/lateral${stride}`, {
        inputs,
        outputs: channels,
        kernel: 1,
        bias: true,
        weights: { kind: 'uniform', bound: 1 / Math.sqrt(inputs) },
      }),
      relu,
    );
    const smooth: Layer =
      level < 3 || smoothsDeepest
        ? sequence(
            convolution(store, `pyramid/smooth${stride}`, {
              inputs: channels,
              outputs: channels,
              kernel: 3,
              bias: true,
              weights: { kind: 'uniform', bound: 1 / Math.sqrt(9 * channels) },
            }),
            relu,
          )
        : (x) => x;
    steps.push({ stride, level, lateral, smooth });
  }
  return ({ levels }) => {
    const maps = new Map<number, tf.Tensor4D>();
    let below: tf.Tensor4D | null = null;
    for (const { stride, level, lateral, smooth } of steps) {
      const beside = lateral(itemAt(levels, level)); // [1, H/stride, W/stride, channels]
      below = smooth(below === null ? beside : tf.add(upsampleTwice(below), beside));
      maps.set(stride, below);
    }
    return maps;
  };
}
