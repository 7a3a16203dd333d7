import { float64At, int32At, uint32At } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { CellLabels, LabelRuns } from '../contract/pixels.ts';
import { numberRuns } from '../imaging/label/number-instances.ts';
import { runsOf } from '../imaging/label/runs-of.ts';

/**
 * Areas of the instances of two label images and of every overlap between them that is not empty.
 *
 * An instance is a label that occurs. Instances are in the reading order of their first pixels, so the label
 * numbers do not matter.
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
 * Counts the pixels that the instances of two label images share. Time and memory grow with the runs of
 * pixels, the instances, and the overlaps that occur.
 *
 * @param prediction 0 for background, any positive labels, gaps allowed, [height, width]
 * @param truth in the same form
 * @throws LacssError `image-size-mismatch` if the images differ in size
 * @throws RangeError if a label is negative
 */
export function countOverlaps(prediction: CellLabels, truth: CellLabels): InstanceOverlaps {
  if (prediction.height !== truth.height || prediction.width !== truth.width) {
    throw new LacssError(
      'image-size-mismatch',
      `The segmentation has ${prediction.height} × ${prediction.width} pixels, the true labels ${truth.height} × ${truth.width}.`,
      { remedy: 'Use the label image made from the same image, uncropped and at the same scale.' },
    );
  }
  const [predictedRuns, realRuns] = [runsOf(prediction), runsOf(truth)];
  const predicted = numberRuns(predictedRuns);
  const real = numberRuns(realRuns);
  const stride = real.labels.length;
  const counts = new Map<number, number>();
  eachOverlap(predictedRuns, realRuns, (run, realRun, pixels) => {
    const key = (int32At(predicted.numbers, run) - 1) * stride + int32At(real.numbers, realRun) - 1;
    counts.set(key, (counts.get(key) ?? 0) + pixels);
  });
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

/** Visits the runs of two label images that share pixels, row by row. */
function eachOverlap(
  a: LabelRuns,
  b: LabelRuns,
  visit: (a: number, b: number, pixels: number) => void,
): void {
  for (let y = 0; y < a.height; y++) {
    let [i, j] = [uint32At(a.rowStarts, y), uint32At(b.rowStarts, y)];
    const [endOfA, endOfB] = [uint32At(a.rowStarts, y + 1), uint32At(b.rowStarts, y + 1)];
    while (i < endOfA && j < endOfB) {
      const [end, otherEnd] = [int32At(a.ends, i), int32At(b.ends, j)];
      const pixels = Math.min(end, otherEnd) - Math.max(int32At(a.starts, i), int32At(b.starts, j));
      if (pixels > 0) visit(i, j, pixels);
      if (end <= otherEnd) i++;
      if (otherEnd <= end) j++;
    }
  }
}
