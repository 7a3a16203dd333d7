import { float64At, int32At } from '../../contract/elements.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { connectedRuns } from '../label/connected-runs.ts';
import type { ConnectedRuns } from '../label/connected-runs.ts';
import { eachRunIn } from './cell-mask.ts';
import type { MaskRegion } from './cell-mask.ts';

/**
 * Reduces a region to one 4-connected piece, in place. The piece with most pixels of `core` stays, and of
 * equal ones the largest. Without a core, the largest piece stays. Of equal pieces the first in reading order
 * stays.
 */
export function keepOnePiece(region: MaskRegion, core?: CellMask): void {
  const pieces = connectedRuns(region, 4);
  const { count, starts, ends, labels, areas } = pieces;
  if (areas.length <= 2) return;
  const coreAreas = core === undefined ? new Float64Array(areas.length) : areasOf(pieces, region, core);
  let kept = 1;
  for (let piece = 2; piece < areas.length; piece++) {
    const isCloser =
      float64At(coreAreas, piece) - float64At(coreAreas, kept) ||
      int32At(areas, piece) - int32At(areas, kept);
    if (isCloser > 0) kept = piece;
  }
  for (let run = 0; run < count; run++) {
    if (labels[run] !== kept) region.data.fill(0, starts[run], ends[run]);
  }
}

/** Pixels of a mask in each piece. Both are runs in reading order, so they are read side by side. */
function areasOf(
  { count, starts, ends, labels, areas }: ConnectedRuns,
  region: MaskRegion,
  mask: CellMask,
): Float64Array {
  const shared = new Float64Array(areas.length);
  let first = 0;
  eachRunIn(region, mask, (start, end) => {
    while (first < count && int32At(ends, first) <= start) first++;
    for (let run = first; run < count && int32At(starts, run) < end; run++) {
      const length = Math.min(end, int32At(ends, run)) - Math.max(start, int32At(starts, run));
      shared[int32At(labels, run)] = float64At(shared, int32At(labels, run)) + length;
    }
  });
  return shared;
}
