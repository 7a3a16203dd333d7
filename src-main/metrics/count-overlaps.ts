import { float64At, int32At, uint32At } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { LabelImage } from '../contract/pixels.ts';
import { numberInstances } from '../imaging/label/number-instances.ts';

/**
 * Areas of the instances of two label images and of every overlap between them that is not empty.
 *
 * An instance is a label that occurs. Instances are in the reading order of their first pixels, so that
 * nothing here depends on the numbers that they bear.
 */
export interface InstanceOverlaps {
  /** The label of each prediction. */
  predictionLabels: Float64Array;
  /** Pixels of each prediction. */
  predictionAreas: Float64Array;
  /** The label of each true instance. */
  truthLabels: Float64Array;
  /** Pixels of each true instance. */
  truthAreas: Float64Array;
  /**
   * Overlap i is between prediction `predictionIndex[i]` and true instance `truthIndex[i]`; sorted by both.
   */
  predictionIndex: Uint32Array;
  truthIndex: Uint32Array;
  /** Pixels of each overlap, at least 1. */
  areas: Float64Array;
}

/**
 * Counts the pixels that the instances of two label images share. Time grows with the pixels, memory with
 * pixels, instances and the overlaps that occur.
 *
 * @param prediction 0 for background, any positive labels, gaps allowed, [height, width]
 * @param truth likewise
 * @throws LacssError `image-size-mismatch` where the images differ in size
 * @throws RangeError where a label is negative
 */
export function countOverlaps(prediction: LabelImage, truth: LabelImage): InstanceOverlaps {
  if (prediction.height !== truth.height || prediction.width !== truth.width) {
    throw new LacssError(
      'image-size-mismatch',
      `The segmentation has ${prediction.height} × ${prediction.width} pixels, the true labels ${truth.height} × ${truth.width}.`,
      { remedy: 'Use the label image made from the same image, uncropped and at the same scale.' },
    );
  }
  const predicted = numberInstances(prediction);
  const real = numberInstances(truth);
  const stride = real.labels.length;
  const counts = countPairs(predicted.numbers, real.numbers, stride);
  const shared = [...counts].sort(([a], [b]) => a - b);
  return {
    predictionLabels: predicted.labels,
    predictionAreas: predicted.areas,
    truthLabels: real.labels,
    truthAreas: real.areas,
    predictionIndex: Uint32Array.from(shared, ([key]) => Math.floor(key / stride)),
    truthIndex: Uint32Array.from(shared, ([key]) => key % stride),
    areas: Float64Array.from(shared, ([, area]) => area),
  };
}

/** Intersection over union of overlap i. */
export function iouOf(overlaps: InstanceOverlaps, i: number): number {
  const intersection = float64At(overlaps.areas, i);
  const { predictionAreas, predictionIndex, truthAreas, truthIndex } = overlaps;
  return (
    intersection /
    (float64At(predictionAreas, uint32At(predictionIndex, i)) +
      float64At(truthAreas, uint32At(truthIndex, i)) -
      intersection)
  );
}

/**
 * Pixels of every pair of instances, by `prediction · stride + truth`; equal neighbours are counted together.
 */
function countPairs(prediction: Int32Array, truth: Int32Array, stride: number): Map<number, number> {
  const counts = new Map<number, number>();
  let start = 0;
  for (let i = 1; i <= prediction.length; i++) {
    if (i < prediction.length && prediction[i] === prediction[start] && truth[i] === truth[start]) continue;
    if (int32At(prediction, start) > 0 && int32At(truth, start) > 0) {
      const key = (int32At(prediction, start) - 1) * stride + int32At(truth, start) - 1;
      counts.set(key, (counts.get(key) ?? 0) + i - start);
    }
    start = i;
  }
  return counts;
}
