import { float64At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { labelComponents } from '../label/label-components.ts';
import type { CellDraft } from './cell-draft.ts';
import type { CellEdit } from '../../contract/review-document.ts';
import { growBox, maskArea, regionOf } from './cell-mask.ts';
import { completeParts } from './complete-parts.ts';
import { boxOfPath, extendEnds, pathWithin, tracePath } from './paths.ts';

/** A stroke that ends this near to the other side still cuts. */
const reachPx = 3;
/** Smaller pieces go to their neighbour, because they come from an unsteady hand. */
const leastPiecePx = 4;
const leastPieceShare = 0.02;

/**
 * Cuts cells along a path. The largest piece stays the cell, the others become cells. The pixels under the
 * path go to the nearest piece.
 * @throws LacssError `annotation-invalid` if the path divides none of the cells
 */
export function cutCells(draft: CellDraft, { ids, path }: Extract<CellEdit, { kind: 'cut' }>): void {
  const line = extendEnds(path, reachPx);
  const box = growBox(boxOfPath(line), 0, draft.height, draft.width);
  const crossed = ids ?? [...draft.masksIn(box).keys()];
  // Counts all cells, also those that are cut one after the other.
  const pieces = crossed.map((id) => cutCell(draft, id, line)).reduce((sum, count) => sum + count, 0);
  if (pieces > 0) return;
  throw new LacssError('annotation-invalid', 'The line does not cut through a cell. No cell was changed.', {
    remedy: 'Draw from one side of the cell to the other.',
  });
}

/** @returns how many new cells there are */
function cutCell(draft: CellDraft, id: number, path: Float64Array): number {
  const mask = draft.mask(id);
  const region = regionOf(mask);
  const { height, width } = region;
  const uncut = { height, width, data: region.data.slice() };
  tracePath(pathWithin(region, path), height, width, (pixel) => (uncut.data[pixel] = 0));
  const parts = labelComponents(uncut, 4);
  const areas = new Float64Array(parts.data.length + 1);
  for (const label of parts.data) areas[label] = float64At(areas, label) + 1;
  const least = Math.max(leastPiecePx, leastPieceShare * maskArea(mask));
  for (const [i, label] of parts.data.entries()) if (float64At(areas, label) < least) parts.data[i] = 0;
  return draft.divide(id, region, completeParts(parts, region));
}
