import { float64At, int32At, uint8At } from '../../contract/elements.ts';
import type { Mask } from '../../contract/pixels.ts';
import { connectedRuns } from '../label/connected-runs.ts';

/**
 * Reduces a mask [height, width] to one 4-connected piece, in place. The piece with most pixels of `core`
 * stays, and of equal ones the largest. Without a core, the largest piece stays. Of equal pieces the first in
 * reading order stays.
 */
export function keepOnePiece(mask: Mask, core?: Mask): void {
  const { count, starts, ends, labels, areas } = connectedRuns(mask, 4);
  if (areas.length <= 2) return;
  const coreAreas = new Float64Array(areas.length);
  if (core) {
    for (let run = 0; run < count; run++)
      for (let i = int32At(starts, run); i < int32At(ends, run); i++)
        coreAreas[int32At(labels, run)] = float64At(coreAreas, int32At(labels, run)) + uint8At(core.data, i);
  }
  let kept = 1;
  for (let piece = 2; piece < areas.length; piece++) {
    const isCloser =
      float64At(coreAreas, piece) - float64At(coreAreas, kept) ||
      int32At(areas, piece) - int32At(areas, kept);
    if (isCloser > 0) kept = piece;
  }
  for (let run = 0; run < count; run++) {
    if (labels[run] !== kept) mask.data.fill(0, starts[run], ends[run]);
  }
}
