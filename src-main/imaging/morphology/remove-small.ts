import type { Mask } from '../../contract/pixels.ts';
import { areas } from '../label/areas.ts';
import { labelComponents } from '../label/label-components.ts';

/** Removes from a mask [height, width] the 4-connected pieces of fewer than `minPixels` pixels. */
export function removeSmall(mask: Mask, minPixels: number): Mask {
  const pieces = labelComponents(mask, 4);
  const counts = areas(pieces);
  const stays = Uint8Array.from(counts, (count, label) => (label > 0 && count >= minPixels ? 1 : 0));
  const data = new Uint8Array(mask.data.length);
  for (let i = 0; i < data.length; i++) data[i] = stays[pieces.data[i]!]!;
  return { height: mask.height, width: mask.width, data };
}
