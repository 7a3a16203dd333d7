import { LacssError } from '../contract/errors.ts';
import type { LabelImage } from '../contract/pixels.ts';

/** Areas of the instances of two label images and of every overlap between them that is not empty. */
export interface InstanceOverlaps {
  /** Pixels of each prediction; prediction k has label k + 1. May be 0: a prediction that lost all of its pixels. */
  predictionAreas: Float64Array;
  /** Pixels of each true instance, in order of label; labels that do not occur are no instances. */
  truthAreas: Float64Array;
  /** Overlap i lies between prediction `predictionIndex[i]` and true instance `truthIndex[i]`; sorted by both. */
  predictionIndex: Uint32Array;
  truthIndex: Uint32Array;
  /** Pixels of each overlap, at least 1. */
  areas: Float64Array;
}

/**
 * Counts the pixels that the instances of two label images share; memory grows with the overlaps that occur, not with
 * predictions × truths.
 *
 * @param prediction labels 0 … `predictionCount`, [height, width]
 * @param truth labels 0 or any positive numbers, gaps allowed, [height, width]
 * @param predictionCount number of predictions, those without pixels included
 * @throws LacssError `image-size-mismatch` where the images differ in size
 * @throws RangeError where a label is negative, or a prediction's is above `predictionCount`
 */
export function countOverlaps(
  prediction: LabelImage,
  truth: LabelImage,
  predictionCount: number,
): InstanceOverlaps {
  if (prediction.height !== truth.height || prediction.width !== truth.width) {
    throw new LacssError(
      'image-size-mismatch',
      `The segmentation has ${prediction.height} × ${prediction.width} pixels, the true labels ${truth.height} × ${truth.width}.`,
      { remedy: 'Give the label image that was made from the same image, uncropped and at the same scale.' },
    );
  }
  const predictionLargest = largestLabel(prediction);
  if (predictionLargest > predictionCount) {
    throw new RangeError(
      `labels of predictions must not exceed their number ${predictionCount}, received ${predictionLargest}`,
    );
  }
  const stride = largestLabel(truth) + 1;
  const counts = countPairs(prediction.data, truth.data, stride);

  const truthLabels = [...new Set([...counts.keys()].map((key) => key % stride))].filter(
    (label) => label > 0,
  );
  truthLabels.sort((a, b) => a - b);
  const truthIndexOf = new Map(truthLabels.map((label, index) => [label, index]));

  const predictionAreas = new Float64Array(predictionCount);
  const truthAreas = new Float64Array(truthLabels.length);
  const shared: [prediction: number, truth: number, area: number][] = [];
  for (const [key, area] of counts) {
    const predictionLabel = Math.floor(key / stride);
    const truthIndex = truthIndexOf.get(key % stride);
    if (predictionLabel > 0) predictionAreas[predictionLabel - 1] += area;
    if (truthIndex === undefined) continue;
    truthAreas[truthIndex] += area;
    if (predictionLabel > 0) shared.push([predictionLabel - 1, truthIndex, area]);
  }
  shared.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    predictionAreas,
    truthAreas,
    predictionIndex: Uint32Array.from(shared, (pair) => pair[0]),
    truthIndex: Uint32Array.from(shared, (pair) => pair[1]),
    areas: Float64Array.from(shared, (pair) => pair[2]),
  };
}

/** Intersection over union of overlap i. */
export function iouOf(overlaps: InstanceOverlaps, i: number): number {
  const intersection = overlaps.areas[i];
  const { predictionAreas, predictionIndex, truthAreas, truthIndex } = overlaps;
  return intersection / (predictionAreas[predictionIndex[i]] + truthAreas[truthIndex[i]] - intersection);
}

function largestLabel(labels: LabelImage): number {
  let largest = 0;
  for (const label of labels.data) {
    if (label < 0) throw new RangeError(`labels must not be negative, received ${label}`);
    if (label > largest) largest = label;
  }
  return largest;
}

/** Pixels of every pair of labels, under the key `prediction · stride + truth`; equal neighbours are counted in one go. */
function countPairs(prediction: Int32Array, truth: Int32Array, stride: number): Map<number, number> {
  const counts = new Map<number, number>();
  let start = 0;
  for (let i = 1; i <= prediction.length; i++) {
    if (i < prediction.length && prediction[i] === prediction[start] && truth[i] === truth[start]) continue;
    if (i > start && start < prediction.length) {
      const key = prediction[start] * stride + truth[start];
      counts.set(key, (counts.get(key) ?? 0) + i - start);
    }
    start = i;
  }
  return counts;
}
