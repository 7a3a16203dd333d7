import type { Mask } from '../../contract/pixels.ts';
import { erode } from './erode.ts';

/**
 * Grows a mask [height, width]: every pixel within `radiusPx` of one of its pixels joins it. The pixels of
 * `scipy.ndimage.binary_dilation` with a disk.
 * @throws RangeError when the radius is negative or not a number.
 */
export function dilate(mask: Mask, radiusPx: number): Mask {
  return complement(erode(complement(mask), radiusPx));
}

function complement({ height, width, data }: Mask): Mask {
  return { height, width, data: data.map((value) => (value === 0 ? 1 : 0)) };
}
