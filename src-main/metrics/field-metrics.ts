import { numberAt } from '../contract/elements.ts';
import type { FieldReport } from '../contract/metrics.ts';
import { aggregatedJaccard } from './aggregated-jaccard.ts';
import { iouOf } from './count-overlaps.ts';
import type { InstanceMatches } from './match-instances.ts';
import { paperThresholds } from './match-instances.ts';

/**
 * The common metrics of the field: counts of matches and their ratios at each IoU threshold, panoptic
 * quality, aggregated Jaccard index. Scores are not used. Counts and areas are summed over the images before
 * any division.
 *
 * Above an IoU of 0.5 every instance has at most one partner. Instances of one label image share no pixel,
 * and two of them cannot both hold more than half of one union. So matching is no assignment problem. Lower
 * thresholds are an error.
 *
 * @param images the matches (or just the `overlaps`) of every image
 * @param thresholds IoU thresholds, each at least 0.5 and below 1; a true positive is strictly above
 * @throws RangeError if a threshold is not in [0.5, 1)
 *
 * Sources: TP / (TP + FP + FN): U. Schmidt et al., "Cell detection with star-convex polygons", MICCAI 2018,
 * and C. Stringer et al., "Cellpose: a generalist algorithm for cellular segmentation", Nature Methods 18:100
 * (2021). PQ: A. Kirillov et al., "Panoptic segmentation", CVPR 2019.
 */
export function fieldMetrics(
  images: readonly Pick<InstanceMatches, 'overlaps'>[],
  thresholds: readonly number[] = paperThresholds,
): FieldReport {
  for (const threshold of thresholds) {
    if (!(threshold >= 0.5 && threshold < 1)) {
      throw new RangeError(`thresholds must be in [0.5, 1), where matches are unique, received ${threshold}`);
    }
  }
  const overlaps = images.map((image) => image.overlaps);
  const predictions = sum(overlaps.map((o) => o.predictionAreas.length));
  const truths = sum(overlaps.map((o) => o.truthAreas.length));
  const ious = overlaps.flatMap((o) => Array.from(o.areas, (_, i) => iouOf(o, i)));

  const truePositives = thresholds.map((threshold) => ious.filter((iou) => iou > threshold).length);
  const precisionAtThreshold = truePositives.map((tp) => tp / predictions);
  const recallAtThreshold = truePositives.map((tp) => tp / truths);
  const f1AtThreshold = truePositives.map((tp) => (2 * tp) / (predictions + truths));
  const jaccardAtThreshold = truePositives.map((tp) => tp / (predictions + truths - tp));

  const matched = ious.filter((iou) => iou > 0.5);
  const recognitionQuality = (2 * matched.length) / (predictions + truths);
  const intersection = sum(overlaps.map((o) => sum(o.areas)));
  const foregrounds = sum(overlaps.map((o) => sum(o.predictionAreas) + sum(o.truthAreas)));
  return {
    thresholds: [...thresholds],
    truePositives,
    falsePositives: truePositives.map((tp) => predictions - tp),
    falseNegatives: truePositives.map((tp) => truths - tp),
    precisionAtThreshold,
    recallAtThreshold,
    f1AtThreshold,
    jaccardAtThreshold,
    panopticQuality: (2 * sum(matched)) / (predictions + truths),
    segmentationQuality: sum(matched) / matched.length,
    recognitionQuality,
    aggregatedJaccardIndex: aggregatedJaccard(overlaps),
    foregroundIou: intersection / (foregrounds - intersection),
  };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += numberAt(values, i);
  return total;
}
