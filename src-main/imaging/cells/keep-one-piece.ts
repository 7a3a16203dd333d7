import type { Mask } from '../../contract/pixels.ts';
import { connectedRuns } from '../label/connected-runs.ts';

/**
 * Reduces a mask [height, width] to one 4-connected piece, in place: the one with most pixels of `core`, and
 * of equal ones the largest. Without a core it is the largest. Of equal pieces the first in reading order
 * stays.
 */
export function keepOnePiece(mask: Mask, core?: Mask): void {
  const { count, starts, ends, labels, areas } = connectedRuns(mask, 4);
  if (areas.length <= 2) return;
  const coreAreas = new Float64Array(areas.length);
  if (core) {
    for (let run = 0; run < count; run++)
      for (let i = starts[run]; i < ends[run]; i++) coreAreas[labels[run]] += core.data[i];
  }
  let kept = 1;
  for (let piece = 2; piece < areas.length; piece++) {
    const isCloser = coreAreas[piece] - coreAreas[kept] || areas[piece] - areas[kept];
    if (isCloser > 0) kept = piece;
  }
  for (let run = 0; run < count; run++) {
    if (labels[run] !== kept) mask.data.fill(0, starts[run], ends[run]);
  }
}
