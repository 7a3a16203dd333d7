/**
 * How well a segmentation agrees with the truth. The literature calls two different figures "average
 * precision". Here each has its own name and report:
 *
 * - `averagePrecision` (PrecisionReport) is the AP of the detection literature and the LACSS paper. The
 *   predictions of all images are ranked by score, and the precision is averaged over all true positives. It
 *   rewards a good ranking.
 * - `jaccardAtThreshold` (FieldReport) is TP / (TP + FP + FN), which StarDist and Cellpose print as "AP" or
 *   "accuracy". It ignores scores.
 *
 * A ratio whose denominator is zero (no truth, or no cells) is NaN, never 0 or 1. JSON writes it as null.
 */

/** The relation of a cell to another segmentation of the image. */
export const differenceKinds = ['agreeing', 'missed', 'extra', 'split', 'merged'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** The LACSS paper's figures, all images pooled. */
export interface PrecisionReport {
  /** IoU thresholds; a true positive has an IoU strictly above. */
  thresholds: number[];
  /**
   * AP at each threshold: Σ over true positives of the precision at their rank, over the number of true
   * instances. NaN without scores.
   */
  averagePrecision: number[];
  /** Mean of `averagePrecision` over the thresholds (mAP). */
  meanAveragePrecision: number;
  /** FNR at each threshold: share of the true instances that no prediction matched. */
  falseNegativeRate: number[];
  /** Mean of `falseNegativeRate` over the thresholds (AFNR). */
  averageFalseNegativeRate: number;
  imageCount: number;
  predictionCount: number;
  truthCount: number;
}

/** Figures of the field that use no scores. Counts and areas are summed over all images first. */
export interface FieldReport {
  /** IoU thresholds, at least 0.5, so that a match is unique; a true positive has an IoU strictly above. */
  thresholds: number[];
  truePositives: number[];
  falsePositives: number[];
  falseNegatives: number[];
  precisionAtThreshold: number[];
  recallAtThreshold: number[];
  /** 2 TP / (2 TP + FP + FN). */
  f1AtThreshold: number[];
  /** TP / (TP + FP + FN): what StarDist calls accuracy and Cellpose average precision. */
  jaccardAtThreshold: number[];
  /** PQ = SQ · RQ at IoU > 0.5. */
  panopticQuality: number;
  /** SQ: mean IoU of the matched pairs at IoU > 0.5. */
  segmentationQuality: number;
  /** RQ: F1 at IoU > 0.5. */
  recognitionQuality: number;
  /** AJI: aggregated Jaccard index. */
  aggregatedJaccardIndex: number;
  /** IoU of the two foregrounds, regardless of instances. */
  foregroundIou: number;
}

/** Number of cells in the field's figures. */
export function shownCount({ truePositives, falsePositives }: FieldReport): number {
  return (truePositives[0] ?? 0) + (falsePositives[0] ?? 0);
}
