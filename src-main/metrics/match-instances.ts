import { float64At, numberAt, uint32At } from '../contract/elements.ts';
import type { CellLabels } from '../contract/pixels.ts';
import { countOverlaps, iouOf } from './count-overlaps.ts';
import type { InstanceOverlaps } from './count-overlaps.ts';

/** The ten IoU thresholds of the paper, 0.50 … 0.95. */
export const paperThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

/** The matches of one image's predictions with its truth: the input of reports over many images. */
export interface InstanceMatches {
  overlaps: InstanceOverlaps;
  /** One score per prediction, in the order of `overlaps`; `null` without scores. */
  scores: Float64Array | null;
  thresholds: readonly number[];
  /** Per threshold, 1 for every prediction that is a true positive. */
  truePositives: readonly Uint8Array[];
}

/**
 * Matches the predictions of one image with its true instances as the paper does. Predictions come in order
 * of score, ties in reading order. Each takes the true instance with the highest IoU among those not yet
 * claimed. If this IoU is strictly above the threshold, the prediction is a true positive and claims the
 * instance.
 *
 * @param prediction labels 0 or any positive numbers, [height, width]
 * @param scores one score per label that occurs, labels ascending, higher is surer; `null` without scores
 * @param truth labels 0 or any positive numbers, [height, width]
 * @throws LacssError `image-size-mismatch` if the images differ in size
 * @throws RangeError if a score is NaN, or scores and labels differ in number
 *
 * Source: P. Shrestha, N. Kuang, J. Yu, "Efficient end-to-end learning for cell segmentation with machine
 * generated incomplete annotations", Communications Biology 6:232 (2023), section "Model benchmarks"; the
 * order of claims is that of T.-Y. Lin et al., "Microsoft COCO: Common objects in context", ECCV 2014.
 */
export function matchInstances(
  prediction: CellLabels,
  scores: ArrayLike<number> | null,
  truth: CellLabels,
  thresholds: readonly number[] = paperThresholds,
): InstanceMatches {
  const overlaps = countOverlaps(prediction, truth);
  const ranked = scores === null ? null : inReadingOrder(scores, overlaps.predictionLabels);
  const order = [...overlaps.predictionLabels.keys()];
  if (ranked !== null) order.sort((a, b) => float64At(ranked, b) - float64At(ranked, a) || a - b);
  const firstOverlap = startsByPrediction(overlaps);
  const truePositives = thresholds.map((threshold) => {
    const isTruePositive = new Uint8Array(order.length);
    const isClaimed = new Uint8Array(overlaps.truthAreas.length);
    for (const k of order) {
      let best = -1;
      let bestIou = 0;
      for (let i = uint32At(firstOverlap, k); i < uint32At(firstOverlap, k + 1); i++) {
        const iou = iouOf(overlaps, i);
        if (iou > bestIou && isClaimed[uint32At(overlaps.truthIndex, i)] === 0) {
          best = i;
          bestIou = iou;
        }
      }
      if (bestIou > threshold) {
        isTruePositive[k] = 1;
        isClaimed[uint32At(overlaps.truthIndex, best)] = 1;
      }
    }
    return isTruePositive;
  });
  return { overlaps, scores: ranked, thresholds, truePositives };
}

/** Scores by ascending label, put in the order of `labels`. */
function inReadingOrder(scores: ArrayLike<number>, labels: Float64Array): Float64Array {
  if (scores.length !== labels.length) {
    throw new RangeError(`expected a score for each of ${labels.length} labels, received ${scores.length}`);
  }
  const ordered = new Float64Array(labels.length);
  const ascending = [...labels.keys()].sort((a, b) => float64At(labels, a) - float64At(labels, b));
  for (const [rank, k] of ascending.entries()) {
    if (Number.isNaN(scores[rank]))
      throw new RangeError(`scores must be numbers, received NaN for label ${labels[k]}`);
    ordered[k] = numberAt(scores, rank);
  }
  return ordered;
}

/** The overlaps of prediction k are from `starts[k]` to before `starts[k + 1]`. */
function startsByPrediction({ predictionAreas, predictionIndex }: InstanceOverlaps): Uint32Array {
  const starts = new Uint32Array(predictionAreas.length + 1);
  for (const k of predictionIndex) starts[k + 1] = uint32At(starts, k + 1) + 1;
  for (let k = 0; k < predictionAreas.length; k++)
    starts[k + 1] = uint32At(starts, k + 1) + uint32At(starts, k);
  return starts;
}
