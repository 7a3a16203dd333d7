import { int32At } from '../../contract/elements.ts';
import type { Mask } from '../../contract/pixels.ts';
import { connectedRuns } from '../label/connected-runs.ts';

/** Removes from a mask [height, width] the 4-connected pieces of fewer than `minPixels` pixels. */
export function removeSmall(mask: Mask, minPixels: number): Mask {
  const { count, starts, ends, labels, areas } = connectedRuns(mask, 4);
  const data = new Uint8Array(mask.data.length);
  for (let run = 0; run < count; run++) {
    if (int32At(areas, int32At(labels, run)) >= minPixels) data.fill(1, starts[run], ends[run]);
  }
  return { height: mask.height, width: mask.width, data };
}
