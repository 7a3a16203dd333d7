import { int32At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { CellEdit, CellMask } from '../../contract/review-document.ts';
import { distanceTransform } from '../morphology/distance-transform.ts';
import { geodesicPartitionAtOnce } from '../watershed/geodesic-partition.ts';
import type { CellDraft } from './cell-draft.ts';
import { boxOf, eachRunIn, emptyRegion, growBox } from './cell-mask.ts';
import type { MaskRegion } from './cell-mask.ts';
import { completeParts, keepLargestParts, noPart } from './complete-parts.ts';
import { pathWithin } from './paths.ts';

/** A larger box is divided in blocks of pixels, because paths and distances take 30 bytes per block. */
const mostBlocks = 2 ** 24;

/**
 * Splits a cell among points: each pixel goes to the point with the cheapest path inside the cell. A step
 * costs the inverse of the distance from the outline, so the border is in the narrow part between two points.
 * The largest part stays the cell. In a box of more than 2²⁴ px, the border follows blocks of pixels.
 * @throws LacssError `annotation-invalid` if fewer than two points are in different pixels of the cell
 */
export function splitCell(draft: CellDraft, { id, points }: Extract<CellEdit, { kind: 'split' }>): void {
  const mask = draft.mask(id);
  const side = Math.ceil(Math.sqrt((mask.height * mask.width) / mostBlocks));
  // A frame of one block, so that the sides of the box are outlines. At the image's edge it is left out.
  const parts = partsOf(
    mask,
    emptyRegion(growBox(boxOf(mask), side, draft.height, draft.width)),
    side,
    points,
  );
  keepLargestParts(parts);
  completeParts(parts);
  if (draft.divide(id, parts) > 0) return;
  throw new LacssError('annotation-invalid', 'Both points are not in the cell. No cell was changed.', {
    remedy: 'Click two places inside one cell.',
  });
}

/** Marks the part of each pixel of a cell in a region, by blocks with this many pixels per side. */
function partsOf(mask: CellMask, region: MaskRegion, side: number, points: ArrayLike<number>): MaskRegion {
  const [height, width] = [Math.ceil(region.height / side), Math.ceil(region.width / side)];
  const blocks = { height, width, data: new Uint8Array(height * width) };
  const rowOf = (pixel: number): number => Math.floor(pixel / region.width);
  const blockOf = (pixel: number): number =>
    Math.floor(rowOf(pixel) / side) * width + Math.floor((pixel % region.width) / side);
  eachRunIn(region, mask, (start, end) => blocks.data.fill(1, blockOf(start), blockOf(end - 1) + 1));
  const cost = distanceTransform(blocks);
  cost.data.forEach((distance, i) => (cost.data[i] = 1 / Math.max(0.5, Math.min(distance, 1e6))));
  const seeds = Float32Array.from(pathWithin(region, points), (value) => value / side);
  const { data: labels } = geodesicPartitionAtOnce(cost, seeds, blocks);
  eachRunIn(region, mask, (start, end) => {
    for (let from = start; from < end;) {
      const block = blockOf(from);
      const to = Math.min(end, rowOf(from) * region.width + ((block % width) + 1) * side);
      region.data.fill(int32At(labels, block) || noPart, from, to);
      from = to;
    }
  });
  return region;
}
