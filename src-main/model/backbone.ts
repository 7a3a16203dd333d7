import type * as tf from '@tensorflow/tfjs-core';

/** The feature maps a backbone computes from an image. */
export interface BackboneMaps {
  /** [1, H, W, C₀] if the stem keeps the full resolution; `undefined` if not. */
  stem: tf.Tensor4D | undefined;
  /** [1, H/2, W/2, C₁], [1, H/4, W/4, C₂], [1, H/8, W/8, C₃], [1, H/16, W/16, C₄] */
  levels: [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

export interface Backbone {
  run: (image: tf.Tensor4D) => BackboneMaps;
  /** C₀; `undefined` without a stem map. */
  stemChannels: number | undefined;
  /** C₁ … C₄ */
  channels: readonly [number, number, number, number];
}
