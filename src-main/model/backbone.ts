import type * as tf from '@tensorflow/tfjs-core';

/** What a backbone makes of an image. */
export interface BackboneMaps {
  /** [1, H, W, C₀] where the stem keeps the resolution; else `undefined`. */
  stem: tf.Tensor4D | undefined;
  /** [1, H/2, W/2, C₁], [1, H/4, W/4, C₂], [1, H/8, W/8, C₃], [1, H/16, W/16, C₄] */
  levels: [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

export interface Backbone {
  run: (image: tf.Tensor4D) => BackboneMaps;
  /** C₀; `undefined` where there is no stem map. */
  stemChannels: number | undefined;
  /** C₁ … C₄ */
  channels: readonly [number, number, number, number];
}
