import type { LabelImage } from '../contract/pixels.ts';
import { countOverlaps, iouOf } from './count-overlaps.ts';
import type { InstanceOverlaps } from './count-overlaps.ts';

/** The ten IoU thresholds of the paper, 0.50 … 0.95. */
export const paperThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

/** The predictions of one image against its truth: what the reports over many images are made of. */
export interface InstanceMatches {
  overlaps: InstanceOverlaps;
  /** One score a prediction. */
  scores: ArrayLike<number>;
  thresholds: readonly number[];
  /** At each threshold, 1 for every prediction that is a true positive. */
  truePositives: readonly Uint8Array[];
}

/**
 * Matches the predictions of one image with its true instances as the paper does: in order of score (ties: in order of
 * label) each prediction takes the true instance with the highest IoU among those not yet claimed, and is a true
 * positive when that IoU is strictly above the threshold; only a true positive claims.
 *
 * @param prediction label k + 1 is the instance with score k, [height, width]
 * @param scores one score a prediction, higher is surer
 * @param truth labels 0 or any positive numbers, [height, width]
 * @throws LacssError `image-size-mismatch` where the images differ in size
 * @throws RangeError where a score is NaN or a label has no score
 *
 * Source: P. Shrestha, N. Kuang, J. Yu, "Efficient end-to-end learning for cell segmentation with machine generated
 * incomplete annotations", Communications Biology 6:232 (2023), section "Model benchmarks"; the order of claims is that
 * of T.-Y. Lin et al., "Microsoft COCO: Common objects in context", ECCV 2014.
 */
export function matchInstances(
  prediction: LabelImage,
  scores: ArrayLike<number>,
  truth: LabelImage,
  thresholds: readonly number[] = paperThresholds,
): InstanceMatches {
  for (let k = 0; k < scores.length; k++) {
    if (Number.isNaN(scores[k]))
      throw new RangeError(`scores must be numbers, received NaN for prediction ${k}`);
  }
  const overlaps = countOverlaps(prediction, truth, scores.length);
  const order = Array.from(scores, (_, k) => k).sort((a, b) => scores[b] - scores[a]);
  const firstOverlap = startsByPrediction(overlaps);
  const truePositives = thresholds.map((threshold) => {
    const isTruePositive = new Uint8Array(scores.length);
    const isClaimed = new Uint8Array(overlaps.truthAreas.length);
    for (const k of order) {
      let best = -1;
      let bestIou = 0;
      for (let i = firstOverlap[k]; i < firstOverlap[k + 1]; i++) {
        const iou = iouOf(overlaps, i);
        if (iou > bestIou && isClaimed[overlaps.truthIndex[i]] === 0) {
          best = i;
          bestIou = iou;
        }
      }
      if (bestIou > threshold) {
        isTruePositive[k] = 1;
        isClaimed[overlaps.truthIndex[best]] = 1;
      }
    }
    return isTruePositive;
  });
  return { overlaps, scores, thresholds, truePositives };
}

/** The overlaps of prediction k are `starts[k]` up to `starts[k + 1]`. */
function startsByPrediction({ predictionAreas, predictionIndex }: InstanceOverlaps): Uint32Array {
  const starts = new Uint32Array(predictionAreas.length + 1);
  for (const k of predictionIndex) starts[k + 1]++;
  for (let k = 0; k < predictionAreas.length; k++) starts[k + 1] += starts[k];
  return starts;
}
