import { int32At, numberAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { connectedRuns } from '../label/connected-runs.ts';
import type { CellDraft } from './cell-draft.ts';
import type { CellEdit } from '../../contract/review-document.ts';
import { growBox, maskArea, regionOf } from './cell-mask.ts';
import { completeParts, noPart } from './complete-parts.ts';
import { boxOfPath, extendEnds, pathWithin, requireShort, tracePath } from './paths.ts';

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
  requireShort(path, draft, (path.length / 2) * crossed.length);
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
  const { height, width, data } = region;
  const under: number[] = [];
  tracePath(pathWithin(region, path), height, width, (pixel) => {
    if (data[pixel] === 0) return;
    data[pixel] = 0;
    under.push(pixel);
  });
  if (under.length === 0) return 0;
  const { count, starts, ends, labels, areas } = connectedRuns(region, 4);
  const least = Math.max(leastPiecePx, leastPieceShare * maskArea(mask));
  // At most 50 pieces have 2 % of the cell, so their numbers stay below `noPart`.
  const parts: number[] = [];
  for (const area of areas)
    parts.push(area < least ? noPart : parts.filter((part) => part < noPart).length + 1);
  for (let run = 0; run < count; run++)
    data.fill(numberAt(parts, int32At(labels, run)), starts[run], ends[run]);
  for (const pixel of under) data[pixel] = noPart;
  completeParts(region);
  return draft.divide(id, region);
}
