import * as tf from '@tensorflow/tfjs-core';
import { tupleOf } from '../../contract/elements.ts';
import { gradient, registerGradient } from '../gradients/gradient.ts';

/** Attributes of the kernels `GroupNorm` and `GroupNormGrad`. */
export interface GroupNormAttributes {
  channelsPerGroup: number;
  epsilon: number;
}

/**
 * Group norm (Wu & He, Group Normalization, ECCV 2018). Every group of neighbouring channels of every image
 * is scaled to mean 0 and variance 1. Then a gain and an offset per channel apply. With one channel per group
 * it is instance norm.
 *
 * It is one kernel and one gradient kernel instead of some forty ops. Otherwise recording and running those
 * ops would take a third of a training step. Differentiable in all three tensors.
 *
 * @param x [N, H, W, C].
 * @param gain [C]. @param offset [C].
 * @param channelsPerGroup a divisor of C.
 * @param epsilon added to the variance.
 * @throws RangeError if shapes do not match.
 */
export function normaliseGroups(
  x: tf.Tensor4D,
  gain: tf.Tensor1D,
  offset: tf.Tensor1D,
  channelsPerGroup: number,
  epsilon: number,
): tf.Tensor4D {
  const channels = x.shape[3];
  if (channels % channelsPerGroup !== 0) {
    throw new RangeError(`channelsPerGroup must divide ${channels}, received ${channelsPerGroup}`);
  }
  for (const [name, tensor] of Object.entries({ gain, offset })) {
    if (tensor.rank !== 1 || tensor.size !== channels) {
      throw new RangeError(`${name}: expected [${channels}], received [${tensor.shape.join()}]`);
    }
  }
  registerOnce();
  const attributes: GroupNormAttributes = { channelsPerGroup, epsilon };
  return tf.engine().runKernel('GroupNorm', { x, gain, offset }, { ...attributes });
}

let gradientRegistered = false;

function registerOnce(): void {
  if (gradientRegistered) return;
  gradientRegistered = true;
  registerGradient(
    gradient({
      kernelName: 'GroupNorm',
      inputsToSave: ['x', 'gain'],
      gradFunc: (dy, [x, gain], attributes) => {
        const gradients = tf.engine().runKernel('GroupNormGrad', { dy, x, gain }, attributes);
        const [dx, dGain, dOffset] = tupleOf(gradients as unknown as tf.Tensor[], 3);
        return { x: () => dx, gain: () => dGain, offset: () => dOffset };
      },
    }),
  );
}
