import type { CellMask } from '../../contract/review-document.ts';
import { boxOf, eachRun } from './cell-mask.ts';

/** Whether the pixel at a position belongs to a cell. */
export function holdsPoint(mask: CellMask, { y, x }: { y: number; x: number }): boolean {
  const [row, column] = [Math.floor(y), Math.floor(x)];
  let isInside = false;
  eachRun(mask, { top: row, left: column, bottom: row + 1, right: column + 1 }, () => (isInside = true));
  return isInside;
}

/** The centre of the cell's pixel that is nearest to its centre of mass. */
export function innerPoint(mask: CellMask): { y: number; x: number } {
  let [sumY, sumX, area] = [0, 0, 0];
  eachRun(mask, boxOf(mask), (y, start, end) => {
    const length = end - start;
    sumY += (y + 0.5) * length;
    sumX += ((start + end) / 2) * length;
    area += length;
  });
  const [centreY, centreX] = [sumY / area, sumX / area];
  let best = { y: 0, x: 0 };
  let nearest = Infinity;
  eachRun(mask, boxOf(mask), (y, start, end) => {
    const x = Math.min(Math.max(Math.floor(centreX), start), end - 1);
    const distance = (y + 0.5 - centreY) ** 2 + (x + 0.5 - centreX) ** 2;
    if (distance >= nearest) return;
    nearest = distance;
    best = { y: y + 0.5, x: x + 0.5 };
  });
  return best;
}
