import * as tf from '@tensorflow/tfjs-core';
import { convolution, groupNorm, relu, sequence, type Layer } from './layers.ts';
import type { Preset } from './presets.ts';
import type { WeightStore } from './weight-store.ts';

export interface LocationMaps {
  /** Logit [h, w] that a cell's location is near the centre of each grid cell. */
  scoreLogits: tf.Tensor2D;
  /** Offset [h, w, 2] from the centre of a grid cell to that location, (dy, dx) in grid cells. */
  offsets: tf.Tensor3D;
}

/**
 * σ(−2) = 0.12: the approximate share of grid cells near a location, so that the first steps need not learn
 * it.
 */
const SCORE_BIAS = -2;

/**
 * The location proposal network (LPN): predicts for each cell of a coarse grid whether a location is near,
 * and where.
 */
export function locationProposalNetwork(
  store: WeightStore,
  inputs: number,
  preset: Preset,
): (map: tf.Tensor4D) => LocationMaps {
  let channels = inputs;
  const layers = preset.locations.layers.flatMap((layer, i): Layer[] => {
    const after = preset.locations.normalise === 'after-relu';
    const convolve = convolution(store, `lpn/conv${i + 1}`, {
      inputs: channels,
      outputs: layer.channels,
      kernel: layer.kernel,
      bias: after,
    });
    const normalise = groupNorm(store, `lpn/norm${i + 1}`, layer.channels, preset.channelsPerGroup);
    channels = layer.channels;
    return after ? [convolve, relu, normalise] : [convolve, normalise, relu];
  });
  const trunk = sequence(...layers);
  const score = convolution(store, 'lpn/score', {
    inputs: channels,
    outputs: 1,
    kernel: 1,
    bias: true,
    biasValue: SCORE_BIAS,
    weights: { kind: 'uniform', bound: 1 / Math.sqrt(channels) },
  });
  // Near zero: proposals start at the centres of their grid cells.
  const offset = convolution(store, 'lpn/offset', {
    inputs: channels,
    outputs: 2,
    kernel: 1,
    bias: true,
    weights: { kind: 'normal', deviation: 0.01 },
  });
  return (map) => {
    const x = trunk(map); // [1, h, w, C]
    const [, h, w] = x.shape;
    return {
      scoreLogits: tf.reshape(score(x), [h, w]), // [h, w]
      offsets: tf.reshape(offset(x), [h, w, 2]), // [h, w, 2]
    };
  };
}
