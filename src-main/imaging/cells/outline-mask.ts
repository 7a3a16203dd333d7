import { float32At, uint32At } from '../../contract/elements.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { outlineCells } from '../contours/outline-cells.ts';
import type { Ring } from '../contours/pack-contours.ts';
import { regionOf } from './cell-mask.ts';

/** The smooth outlines of one cell for display, as {@link outlineCells} makes them. */
export function outlineMask(id: number, mask: CellMask): Ring[] {
  const { points, ringStarts } = outlineCells(regionOf(mask));
  return Array.from({ length: ringStarts.length - 1 }, (_, ring) => {
    const own = points.slice(2 * uint32At(ringStarts, ring), 2 * uint32At(ringStarts, ring + 1));
    for (let i = 0; i < own.length; i += 2) {
      own[i] = float32At(own, i) + mask.top;
      own[i + 1] = float32At(own, i + 1) + mask.left;
    }
    return { label: id, points: own };
  });
}
