import * as tf from '@tensorflow/tfjs-core';
import { itemAt, tupleOf } from '../contract/elements.ts';
import type { AdamWConstants } from './operations/adamw-update.ts';
import type { GroupNormAttributes } from './operations/normalise-groups.ts';

type KernelCall = Parameters<tf.KernelFunc>[0];

/**
 * Custom kernels for engines without their own (`cpu`, `tensorflow`), composed of tfjs ops. They are crop and
 * paste (crop-and-paste.ts), group norm (normalise-groups.ts), and the optimizer's update (adamw-update.ts).
 */
export function registerComposedKernels(backendName: string): void {
  if (tf.getKernel('CropPatches', backendName) !== undefined) return;
  const register = (kernelName: string, compute: (call: KernelCall) => tf.Tensor | tf.Tensor[]): void => {
    tf.registerKernel({ kernelName, backendName, kernelFunc: (call) => tf.tidy(() => compute(call)) });
  };
  register('CropPatches', ({ inputs, attrs }) =>
    crop(asTensor(inputs.map), asTensor(inputs.origins), attrs!.size as number),
  );
  register('PastePatches', ({ inputs, attrs }) =>
    paste(
      asTensor(inputs.patches),
      asTensor(inputs.origins),
      attrs!.height as number,
      attrs!.width as number,
    ),
  );
  register('GroupNorm', ({ inputs, attrs }) => {
    const { centred, inverse } = normalised(asTensor(inputs.x), groupNormAttributes(attrs));
    return tf.add(tf.mul(centred, tf.mul(inverse, asTensor(inputs.gain))), asTensor(inputs.offset));
  });
  register('GroupNormGrad', ({ inputs, attrs }) =>
    groupNormGradient(
      asTensor(inputs.dy),
      asTensor(inputs.x),
      asTensor(inputs.gain),
      groupNormAttributes(attrs),
    ),
  );
  register('SumOfSquares', ({ inputs }) =>
    tf.addN(asTensors(inputs).map((tensor) => tf.sum(tf.square(tensor)))),
  );
  register('AdamWUpdate', ({ inputs, attrs }) =>
    adamW(asTensors(inputs), attrs as unknown as AdamWConstants),
  );
}

/** Kernels called through tfjs receive full tensors. */
function asTensor(info: tf.TensorInfo | tf.TensorInfo[] | undefined): tf.Tensor {
  return info as tf.Tensor;
}

function asTensors(inputs: unknown): tf.Tensor[] {
  return [...(inputs as tf.Tensor[])];
}

function groupNormAttributes(attrs: KernelCall['attrs']): GroupNormAttributes {
  return attrs as unknown as GroupNormAttributes;
}

/** Index of every patch pixel in the flat map [n · size²]; height · width for pixels outside. */
function pixelIndices(origins: tf.Tensor, size: number, height: number, width: number): tf.Tensor1D {
  const [n] = tupleOf(origins.shape, 2);
  const steps = tf.reshape(tf.range(0, size, 1, 'int32'), [1, size]);
  const lines = (axis: 0 | 1): tf.Tensor => tf.add(tf.slice(origins, [0, axis], [n, 1]), steps); // [n, size]
  const inside = (at: tf.Tensor, length: number): tf.Tensor =>
    tf.logicalAnd(tf.greaterEqual(at, tf.scalar(0, 'int32')), tf.less(at, tf.scalar(length, 'int32')));
  const tall = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [n, size, 1]);
  const wide = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [n, 1, size]);
  const rows = lines(0);
  const columns = lines(1);
  const index = tf.add(tall(tf.mul(rows, tf.scalar(width, 'int32'))), wide(columns));
  const valid = tf.logicalAnd(tall(inside(rows, height)), wide(inside(columns, width)));
  const outside = tf.fill(index.shape, height * width, 'int32');
  return tf.reshape(tf.where(valid, index, outside), [n * size * size]);
}

function crop(map: tf.Tensor, origins: tf.Tensor, size: number): tf.Tensor {
  const [height, width, channels] = tupleOf(map.shape, 3);
  const flat = tf.reshape<tf.Rank.R2>(map, [height * width, channels]);
  const withZero = tf.concat([flat, tf.zeros<tf.Rank.R2>([1, channels])]);
  const pixels = tf.gather(withZero, pixelIndices(origins, size, height, width));
  return tf.reshape(pixels, [origins.shape[0], size, size, channels]);
}

function paste(patches: tf.Tensor, origins: tf.Tensor, height: number, width: number): tf.Tensor {
  const [n, size, , channels] = tupleOf(patches.shape, 4);
  const indices = tf.reshape(pixelIndices(origins, size, height, width), [n * size * size, 1]);
  const pixels = tf.reshape(patches, [n * size * size, channels]);
  const sums = tf.scatterND(indices, pixels, [height * width + 1, channels]);
  return tf.reshape(tf.slice(sums, [0, 0], [height * width, channels]), [height, width, channels]);
}

/** Replaces each channel's value [N, 1, 1, C] by the mean over its group. */
function groupMean(perChannel: tf.Tensor, channelsPerGroup: number): tf.Tensor {
  const [n, , , channels] = tupleOf(perChannel.shape, 4);
  const groups = channels / channelsPerGroup;
  const grouped = tf.reshape(perChannel, [n, groups, channelsPerGroup]);
  const spread = tf.broadcastTo(tf.mean(grouped, 2, true), [n, groups, channelsPerGroup]);
  return tf.reshape(spread, [n, 1, 1, channels]);
}

/** The map minus its group means [N, H, W, C], and the inverse standard deviations [N, 1, 1, C]. */
function normalised(
  x: tf.Tensor,
  { channelsPerGroup, epsilon }: GroupNormAttributes,
): { centred: tf.Tensor; inverse: tf.Tensor } {
  const centred = tf.sub(x, groupMean(tf.mean(x, [1, 2], true), channelsPerGroup));
  const variance = groupMean(tf.mean(tf.square(centred), [1, 2], true), channelsPerGroup);
  return { centred, inverse: tf.rsqrt(tf.add(variance, epsilon)) };
}

function groupNormGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  gain: tf.Tensor,
  attributes: GroupNormAttributes,
): tf.Tensor[] {
  const { centred, inverse } = normalised(x, attributes);
  const [, height, width] = tupleOf(x.shape, 4);
  const pixels = height * width;
  const sum = tf.sum(dy, [1, 2], true); // [N, 1, 1, C]
  const product = tf.sum(tf.mul(dy, centred), [1, 2], true); // [N, 1, 1, C]
  const mean = groupMean(tf.div(tf.mul(sum, gain), pixels), attributes.channelsPerGroup);
  const slope = groupMean(tf.div(tf.mul(product, gain), pixels), attributes.channelsPerGroup);
  const straight = tf.sub(tf.mul(dy, gain), mean);
  const along = tf.mul(centred, tf.mul(tf.square(inverse), slope));
  return [
    tf.mul(tf.sub(straight, along), inverse),
    tf.sum(tf.mul(product, inverse), [0, 1, 2]),
    tf.sum(sum, [0, 1, 2]),
  ];
}

function adamW(inputs: readonly tf.Tensor[], constants: AdamWConstants): tf.Tensor[] {
  const { firstDecay, secondDecay, epsilon, weightDecay, decays } = constants;
  const count = decays.length;
  const [rate, firstScale, secondScale, gradientScale] = tupleOf(inputs.slice(4 * count), 4);
  const keep = tf.sub(1, tf.mul(rate, weightDecay));
  const updated: tf.Tensor[][] = [[], [], []];
  for (let i = 0; i < count; i++) {
    const of = (list: number): tf.Tensor => itemAt(inputs, list * count + i);
    const [weight, gradient, oldFirst, oldSecond] = [of(0), of(1), of(2), of(3)];
    const scaled = tf.mul(gradient, gradientScale);
    const first = tf.add(tf.mul(oldFirst, firstDecay), tf.mul(scaled, 1 - firstDecay));
    const second = tf.add(tf.mul(oldSecond, secondDecay), tf.mul(tf.square(scaled), 1 - secondDecay));
    const deviation = tf.add(tf.sqrt(tf.mul(second, secondScale)), epsilon);
    const update = tf.mul(tf.div(tf.mul(first, firstScale), deviation), rate);
    itemAt(updated, 0).push(tf.sub(decays[i] === 1 ? tf.mul(weight, keep) : weight, update));
    itemAt(updated, 1).push(first);
    itemAt(updated, 2).push(second);
  }
  return updated.flat();
}
