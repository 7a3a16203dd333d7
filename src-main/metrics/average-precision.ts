import { itemAt } from '../contract/elements.ts';
import type { PrecisionReport } from '../contract/metrics.ts';
import type { InstanceMatches } from './match-instances.ts';

/**
 * The LACSS paper's average precision and false negative rate over a set of images.
 *
 * The predictions of all images are ranked by score. Ties keep the order of the images, and the reading order
 * within an image. AP = Σ P(k) T(k) / C. T(k) is 1 for a true positive, P(k) is the precision among the first
 * k predictions, C is the number of true instances. There is no precision envelope and no interpolation, so
 * the figures are a little below COCO's. If one image has predictions without scores, there is no ranking,
 * and AP is NaN.
 *
 * @param images the matches of every image, all made with the same thresholds
 * @throws RangeError if the thresholds of the images differ
 *
 * Source: P. Shrestha, N. Kuang, J. Yu, "Efficient end-to-end learning for cell segmentation with machine
 * generated incomplete annotations", Communications Biology 6:232 (2023), section "Model benchmarks".
 */
export function averagePrecision(images: readonly InstanceMatches[]): PrecisionReport {
  const thresholds = [...(images[0]?.thresholds ?? [])];
  for (const image of images) {
    if (
      image.thresholds.length !== thresholds.length ||
      image.thresholds.some((t, i) => t !== thresholds[i])
    ) {
      throw new RangeError(
        `thresholds must be the same for all images, expected ${thresholds}, received ${image.thresholds}`,
      );
    }
  }
  const isRanked = images.every(
    ({ scores, overlaps }) => scores !== null || overlaps.predictionLabels.length === 0,
  );
  const ranking = images.flatMap((image) =>
    Array.from(image.overlaps.predictionLabels.keys(), (k) => ({ score: image.scores?.[k] ?? 0, image, k })),
  );
  ranking.sort((a, b) => b.score - a.score);
  const truthCount = images.reduce((sum, image) => sum + image.overlaps.truthAreas.length, 0);

  const precisions: number[] = [];
  const missed: number[] = [];
  for (let t = 0; t < thresholds.length; t++) {
    let found = 0;
    let precisionSum = 0;
    ranking.forEach(({ image, k }, rank) => {
      if (itemAt(image.truePositives, t)[k] === 0) return;
      found++;
      precisionSum += found / (rank + 1);
    });
    precisions.push(isRanked ? precisionSum / truthCount : NaN);
    missed.push(1 - found / truthCount);
  }
  return {
    thresholds,
    averagePrecision: precisions,
    meanAveragePrecision: mean(precisions),
    falseNegativeRate: missed,
    averageFalseNegativeRate: mean(missed),
    imageCount: images.length,
    predictionCount: ranking.length,
    truthCount,
  };
}

/**
 * The value at one threshold, `NaN` if the report lacks it: `atThreshold(report, report.averagePrecision,
 * 0.5)`.
 */
export function atThreshold(
  report: { thresholds: readonly number[] },
  figures: readonly number[],
  threshold: number,
): number {
  return figures[report.thresholds.findIndex((t) => Math.abs(t - threshold) < 1e-9)] ?? NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
