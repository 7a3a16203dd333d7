import type { CellLabels, ContourSet, Mask } from '../../contract/pixels.ts';
import { acrossX, acrossY, eachRing } from './follow-rings.ts';
import { packContours } from './pack-contours.ts';
import type { Ring } from './pack-contours.ts';

/**
 * Smooth outlines of a label image's instances for display. Each vertex is the mean of the midpoints of two
 * successive pixel sides. Corners are cut by less than half a pixel, so no outline passes through a pixel's
 * centre. A centre is inside exactly if its pixel has the label. Outer rings run clockwise on the screen,
 * holes the other way. Rings are in order of label.
 */
export function outlineCells(labels: CellLabels | Mask): ContourSet {
  const { width } = labels;
  const middleOf = (code: number): [y: number, x: number] => {
    const pixel = code >>> 2;
    const x = pixel % width;
    return [(pixel - x) / width + 0.5 + acrossY[code & 3]! / 2, x + 0.5 + acrossX[code & 3]! / 2];
  };
  const rings: Ring[] = [];
  for (const { label, sides } of eachRing(labels)) {
    const points = new Float32Array(2 * sides.length);
    let [y, x] = middleOf(sides.at(-1)!);
    for (const [k, code] of sides.entries()) {
      const [nextY, nextX] = middleOf(code);
      points[2 * k] = (y + nextY) / 2;
      points[2 * k + 1] = (x + nextX) / 2;
      [y, x] = [nextY, nextX];
    }
    rings.push({ label, points });
  }
  return packContours(rings);
}
