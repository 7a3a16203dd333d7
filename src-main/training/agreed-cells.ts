import { float32At } from '../contract/elements.ts';
import type { CellLabels, ImageArea, Mask } from '../contract/pixels.ts';
import { cellAreas } from '../imaging/label/cell-areas.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { keepLabels } from '../imaging/label/keep-labels.ts';
import { distanceTransform } from '../imaging/morphology/distance-transform.ts';
import { coveredPx } from './covered-px.ts';
import { cutMask } from './cut-supervision.ts';
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
 * @param taken the cells that a person judged. Cells that they touch are left out, and their pixels count as
 *   unknown.
 * @returns the cells, and the foreground of any part of the image, whose background is empty
 */
export function agreedCells(
  found: { labels: CellLabels; scores: Float32Array },
  taken: Pick<ReviewedCells, 'labels' | 'rejected'>,
): { reviewed: ReviewedCells; foreground: (area: ImageArea) => Mask } {
  const { height, width } = found.labels;
  const numbers = instanceLabels(found.labels);
  const median = found.scores.toSorted()[found.scores.length >> 1] ?? 0;
  const isSure = new Set<number>();
  numbers.forEach((label, k) => {
    if (float32At(found.scores, k) >= Math.max(leastScore, median)) isSure.add(label);
  });
  for (const [label, px] of coveredPx(found.labels, taken)) if (px > 0) isSure.delete(label);
  const pixels = cellAreas(found.labels).reduce((sum, area) => sum + area, 0);
  const farPx = clearance * Math.sqrt(((4 / Math.PI) * pixels) / Math.max(1, numbers.length));
  const foreground = (area: ImageArea): Mask => {
    // Beyond this margin nothing is near enough to matter.
    const top = Math.max(0, area.top - Math.ceil(farPx) - 1);
    const left = Math.max(0, area.left - Math.ceil(farPx) - 1);
    const bottom = Math.min(height, area.top + area.height + Math.ceil(farPx) + 1);
    const right = Math.min(width, area.left + area.width + Math.ceil(farPx) + 1);
    const around = { top, left, height: bottom - top, width: right - left };
    const parts = [found.labels, taken.labels, taken.rejected].map(
      (labels) => cutLabels(labels, around).data,
    );
    const nothing = new Uint8Array(around.height * around.width);
    for (let i = 0; i < nothing.length; i++) nothing[i] = parts.every((data) => data[i] === 0) ? 1 : 0;
    // The distance of every pixel to the nearest cell or corrected place.
    const distance = distanceTransform({ height: around.height, width: around.width, data: nothing }).data;
    const near = Uint8Array.from(distance, (d) => (d > farPx ? 0 : 1));
    return cutMask(
      { height: around.height, width: around.width, data: near },
      { ...area, top: area.top - top, left: area.left - left },
    );
  };
  const reviewed = {
    labels: keepLabels(found.labels, (label) => isSure.has(label)),
    rejected: keepLabels(found.labels, () => false),
    allChecked: false,
    found: { pixels, count: numbers.length },
  };
  return { reviewed, foreground };
}
