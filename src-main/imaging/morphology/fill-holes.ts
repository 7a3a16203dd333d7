import type { Mask } from '../../contract/pixels.ts';
import { areas } from '../label/areas.ts';
import { labelComponents } from '../label/label-components.ts';

/**
 * Fills the holes of a mask [height, width]: 4-connected pieces of background that do not touch the image's edge and have at most
 * `maxPixels` pixels. Without a limit the pixels of `scipy.ndimage.binary_fill_holes`.
 */
export function fillHoles(mask: Mask, maxPixels = Infinity): Mask {
  const { height, width, data } = mask;
  const background = labelComponents({ height, width, data: data.map((value) => (value === 0 ? 1 : 0)) }, 4);
  const isHole = Uint8Array.from(areas(background), (count) => (count <= maxPixels ? 1 : 0));
  for (let x = 0; x < width; x++) {
    isHole[background.data[x]!] = 0;
    isHole[background.data[(height - 1) * width + x]!] = 0;
  }
  for (let y = 0; y < height; y++) {
    isHole[background.data[y * width]!] = 0;
    isHole[background.data[(y + 1) * width - 1]!] = 0;
  }
  isHole[0] = 1; // label 0 of the background is the mask itself
  const filled = new Uint8Array(data.length);
  for (let i = 0; i < filled.length; i++) filled[i] = isHole[background.data[i]!]!;
  return { height, width, data: filled };
}
