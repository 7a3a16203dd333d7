import * as tf from '@tensorflow/tfjs-core';
import { itemAt, numberAt } from '../contract/elements.ts';
import type { Features } from '../model/create-model.ts';
import type { Patches } from '../model/segmentation-head.ts';
import type { SegmentingModel } from './predict-tile.ts';

/** The axes, 0 for y and 1 for x, along which each view is mirrored. */
const mirrorings: readonly (readonly number[])[] = [[], [1], [0], [0, 1]];

/** Largest distance in mask px between a mirrored patch and the original one: one pixel of its crop. */
const FARTHEST_SHIFT = 2;

/** The features of all views; the maps are those of the first. */
type FeaturesOfViews = Features & { views: Features[] };

/**
 * Averages a model over four views of the image: the original, and mirrored along y, x and both (test-time
 * augmentation). It averages the logits of scores and masks, and the offsets. It takes four times as long.
 * Errors that differ between views cancel out, most of all on images unlike the training images.
 */
export function mirroredViews(model: SegmentingModel): SegmentingModel {
  return {
    inputChannels: model.inputChannels,
    preset: model.preset,
    features(image): FeaturesOfViews {
      const views = mirrorings.map((axes) =>
        model.features(
          reversed(
            image,
            axes.map((axis) => axis + 1),
          ),
        ),
      );
      const scores = views.map(({ scoreLogits }, k) => reversed(scoreLogits, itemAt(mirrorings, k)));
      const offsets = views.map(({ offsets }, k) => {
        const axes = itemAt(mirrorings, k);
        return tf.mul<tf.Tensor3D>(reversed(offsets, axes), signs(axes));
      });
      return { ...itemAt(views, 0), scoreLogits: mean(scores), offsets: mean(offsets), views };
    },
    segment(features, locations) {
      const { views, scoreLogits, locationStride } = features as FeaturesOfViews;
      const sizePx = scoreLogits.shape.map((cells) => cells * locationStride);
      const [first, ...others] = views.map((view, k) =>
        model.segment(view, mirroredLocations(locations, sizePx, itemAt(mirrorings, k))),
      );
      const logits = others.map((patches, k) =>
        turnedBack(patches, first!, sizePx, itemAt(mirrorings, k + 1)),
      );
      return { ...first!, logits: mean([first!.logits, ...logits]) }; // [N, p, p]
    },
  };
}

function reversed<T extends tf.Tensor>(x: T, axes: readonly number[]): T {
  return axes.length === 0 ? x : tf.reverse(x, [...axes]);
}

/** −1 for the axes given, 1 for the others. */
function signs(axes: readonly number[]): tf.Tensor1D {
  return tf.tensor1d([0, 1].map((axis) => (axes.includes(axis) ? -1 : 1)));
}

function mean<T extends tf.Tensor>(tensors: T[]): T {
  return tf.div(tf.addN(tensors), tensors.length);
}

/** Locations [N, 2] in px of an image mirrored along these axes. */
function mirroredLocations(
  locations: tf.Tensor2D,
  sizePx: readonly number[],
  axes: readonly number[],
): tf.Tensor2D {
  const from = tf.tensor1d(sizePx.map((size, axis) => (axes.includes(axis) ? size : 0)));
  return tf.add(from, tf.mul(locations, signs(axes)));
}

/**
 * Aligns a mirrored view's logits with those of the first view. A patch begins at a whole pixel before its
 * location. A patch that is mirrored back therefore begins up to one crop pixel later. Missing pixels at its
 * edge repeat the edge.
 *
 * @returns [N, p, p]
 */
function turnedBack(
  { logits, origins, maskStride }: Patches,
  first: Patches,
  sizePx: readonly number[],
  axes: readonly number[],
): tf.Tensor3D {
  const [n, p] = logits.shape;
  let turned = reversed(
    logits,
    axes.map((axis) => axis + 1),
  );
  for (const axis of axes) {
    // [N, 1] in mask px
    const begins = tf.sub(numberAt(sizePx, axis) / maskStride - p, column(origins, axis));
    const shift = tf.reshape(tf.sub(begins, column(first.origins, axis)), [n, 1, 1]);
    turned = tf.addN(
      Array.from({ length: FARTHEST_SHIFT + 1 }, (_, later) =>
        tf.mul<tf.Tensor3D>(delayed(turned, axis + 1, later), tf.cast(tf.equal(shift, later), 'float32')),
      ),
    );
  }
  return turned;
}

function column(origins: tf.Tensor2D, axis: number): tf.Tensor2D {
  return tf.cast(tf.slice(origins, [0, axis], [origins.shape[0], 1]), 'float32');
}

/** Shifts patches towards the end of an axis by `by` pixels and repeats the first pixel. */
function delayed(patches: tf.Tensor3D, axis: number, by: number): tf.Tensor3D {
  if (by === 0) return patches;
  const edge = [...patches.shape];
  edge[axis] = 1;
  const rest = [...patches.shape];
  rest[axis] = numberAt(rest, axis) - by;
  const first = tf.slice(patches, [0, 0, 0], edge);
  return tf.concat([...Array.from({ length: by }, () => first), tf.slice(patches, [0, 0, 0], rest)], axis);
}
