import { float32At, int32At } from '../contract/elements.ts';
import type { LabelImage, Mask, Segmentation } from '../contract/pixels.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { distanceTransform } from '../imaging/morphology/distance-transform.ts';
import type { ReviewedCells } from './reviewed-cells.ts';

/** The model does not learn from cells with lower scores, because many are wrong. */
const leastScore = 0.5;

/** Pixels this far from any cell found, in mean cell diameters, count as background. */
const clearance = 0.25;

/**
 * The parts of an image that a model is sure of: the better half of its cells, and the background far from
 * all of them. A model that learns them again keeps its skills. This is self-distillation with hard labels,
 * as in Li and Hoiem 2016, "Learning without forgetting", arXiv:1606.09282.
 *
 * @param found all cells that the model found, also those with low scores
 * @param taken [H, W], 1 where a person corrected something. Cells there are left out, and these pixels count
 *   as unknown.
 * @returns the cells, and a foreground whose background is empty
 */
export function agreedCells(
  found: Pick<Segmentation, 'labels' | 'scores'>,
  taken: Mask,
): { reviewed: ReviewedCells; foreground: Mask } {
  const { height, width, data } = found.labels;
  const numbers = instanceLabels(found.labels);
  const median = found.scores.toSorted()[found.scores.length >> 1] ?? 0;
  const isSure = new Set<number>();
  numbers.forEach((label, k) => {
    if (float32At(found.scores, k) >= Math.max(leastScore, median)) isSure.add(label);
  });
  let area = 0;
  const nothing = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) area++;
    else if (taken.data[i] === 0) nothing[i] = 1;
    if (taken.data[i] !== 0) isSure.delete(int32At(data, i));
  }
  const labels: LabelImage = { height, width, data: data.map((label) => (isSure.has(label) ? label : 0)) };
  const farPx = clearance * Math.sqrt(((4 / Math.PI) * area) / Math.max(1, numbers.length));
  // The distance of every pixel to the nearest cell or corrected place.
  const distance = distanceTransform({ height, width, data: nothing }).data;
  const foreground = { height, width, data: Uint8Array.from(distance, (d) => (d > farPx ? 0 : 1)) };
  const rejected = { height, width, data: new Int32Array(height * width) };
  return {
    reviewed: { labels, rejected, allChecked: false, found: { pixels: area, count: numbers.length } },
    foreground,
  };
}
