import type { CellLabels, ContourSet, Mask } from '../../contract/pixels.ts';
import { bottom, eachRing, left, right } from './follow-rings.ts';
import { packContours } from './pack-contours.ts';
import type { Ring } from './pack-contours.ts';

/**
 * The exact outlines of a label image's instances, or of a mask as label 1, along pixel sides. Vertices are
 * pixel corners (whole numbers) where the outline turns. Outer rings run clockwise on the screen, holes the
 * other way. So the areas of a label's rings (`ringArea`) add up to its number of pixels. Pixels that touch
 * only at a corner are separate pieces with separate rings. Rings are in order of label.
 */
export function traceContours(labels: CellLabels | Mask): ContourSet {
  const { width } = labels;
  const rings: Ring[] = [];
  for (const { label, sides } of eachRing(labels)) {
    const points: number[] = [];
    let previous = sides.at(-1)! & 3;
    for (const code of sides) {
      const side = code & 3;
      if (side === previous) continue;
      previous = side;
      const pixel = code >>> 2;
      const x = pixel % width;
      const y = (pixel - x) / width;
      points.push(
        y + (side === bottom || side === left ? 1 : 0),
        x + (side === right || side === bottom ? 1 : 0),
      );
    }
    rings.push({ label, points: Float32Array.from(points) });
  }
  return packContours(rings);
}
