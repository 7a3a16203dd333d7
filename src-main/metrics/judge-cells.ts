import { float32At, int32At, itemAt } from '../contract/elements.ts';
import type { ImageArea, LabelImage, Locations, Mask, Segmentation } from '../contract/pixels.ts';
import { centresOfMass } from '../imaging/label/centres-of-mass.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import type { JudgedCell } from './calibrate-scores.ts';
import { matchInstances } from './match-instances.ts';

/** Found cells of an image, and its number of true cells. */
export interface JudgedImage {
  cells: JudgedCell[];
  truth: number;
}

/** A right cell has at least this share of its pixels in the foreground, where no outlines are known. */
const leastForeground = 0.7;

/** The truth about an image: outlines, points and foreground, or points alone. */
export type CellTruth =
  | { kind: 'full'; labels: LabelImage }
  | { kind: 'weak'; foreground: Mask; locations: Locations }
  | { kind: 'points'; locations: Locations };

/**
 * Judges the cells that were found in an image. With outlines a cell is right above an IoU of 0.5 with a true
 * cell. Without, it is right if exactly one point and at least 70 % foreground are inside; with points alone
 * the foreground does not count.
 *
 * @param region judges only cells with their location inside; `null`: all
 */
export function judgeCells(
  found: Segmentation,
  truth: CellTruth,
  region: ImageArea | null = null,
): JudgedImage {
  const isInside = (y: number, x: number): boolean =>
    region === null ||
    (y >= region.top && y < region.top + region.height && x >= region.left && x < region.left + region.width);
  const labels = instanceLabels(found.labels);
  const right = truth.kind === 'full' ? rightByOutline(found, truth.labels) : rightByPoint(found, truth);
  const cells: JudgedCell[] = [];
  for (const [k, label] of labels.entries()) {
    if (!isInside(float32At(found.locations, 2 * k), float32At(found.locations, 2 * k + 1))) continue;
    cells.push({ score: float32At(found.scores, k), right: right.has(label) });
  }
  const points = truth.kind === 'full' ? centresOfMass(truth.labels) : truth.locations;
  let count = 0;
  for (let k = 0; k < points.length; k += 2)
    if (isInside(float32At(points, k), float32At(points, k + 1))) count++;
  return { cells, truth: count };
}

/** The labels of right cells. */
function rightByOutline({ labels, scores }: Segmentation, truth: LabelImage): Set<number> {
  const { overlaps, truePositives } = matchInstances(labels, scores, truth, [0.5]);
  const right = new Set<number>();
  overlaps.predictionLabels.forEach((label, k) => {
    if (itemAt(truePositives, 0)[k] === 1) right.add(label);
  });
  return right;
}

function rightByPoint({ labels }: Segmentation, truth: Exclude<CellTruth, { kind: 'full' }>): Set<number> {
  const { locations } = truth;
  const foreground = truth.kind === 'weak' ? truth.foreground : null;
  const { height, width, data } = labels;
  const counts = new Map<number, { pixels: number; foreground: number; points: number }>();
  for (let i = 0; i < data.length; i++) {
    const label = int32At(data, i);
    if (label === 0) continue;
    const cell = counts.get(label) ?? { pixels: 0, foreground: 0, points: 0 };
    cell.pixels++;
    if (foreground === null || foreground.data[i] !== 0) cell.foreground++;
    counts.set(label, cell);
  }
  for (let k = 0; k < locations.length; k += 2) {
    const row = Math.min(height - 1, Math.max(0, Math.floor(float32At(locations, k))));
    const column = Math.min(width - 1, Math.max(0, Math.floor(float32At(locations, k + 1))));
    const cell = counts.get(int32At(data, row * width + column));
    if (cell !== undefined) cell.points++;
  }
  const right = new Set<number>();
  for (const [label, { pixels, foreground: inside, points }] of counts) {
    if (points === 1 && inside >= leastForeground * pixels) right.add(label);
  }
  return right;
}
