import { float32At, uint32At } from '../../contract/elements.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { outlineCells } from '../contours/outline-cells.ts';
import type { Ring } from '../contours/pack-contours.ts';
import { boxOf, eachRun, regionOf } from './cell-mask.ts';

/** A larger box is not unpacked, because a cell can be as large as an image. */
const mostUnpackedPx = 2 ** 22;

/** The smooth outlines of one cell for display, as {@link outlineCells} makes them. */
export function outlineMask(id: number, mask: CellMask): Ring[] {
  const isLarge = mask.height * mask.width > mostUnpackedPx;
  const { points, ringStarts } = outlineCells(isLarge ? labelRunsOf(mask) : regionOf(mask));
  return Array.from({ length: ringStarts.length - 1 }, (_, ring) => {
    const own = points.slice(2 * uint32At(ringStarts, ring), 2 * uint32At(ringStarts, ring + 1));
    for (let i = 0; i < own.length; i += 2) {
      own[i] = float32At(own, i) + mask.top;
      own[i + 1] = float32At(own, i + 1) + mask.left;
    }
    return { label: id, points: own };
  });
}

/** A mask as a label image [height, width] with the label 1. */
function labelRunsOf(mask: CellMask): LabelRuns {
  const { top, left, height, width } = mask;
  const rowStarts = new Uint32Array(height + 1);
  const [starts, ends]: [number[], number[]] = [[], []];
  let row = 0;
  eachRun(mask, boxOf(mask), (y, start, end) => {
    while (row < y - top) rowStarts[++row] = starts.length;
    starts.push(start - left);
    ends.push(end - left);
  });
  rowStarts.fill(starts.length, row + 1);
  return {
    height,
    width,
    rowStarts,
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    labels: new Int32Array(starts.length).fill(1),
  };
}
