import type { Mask } from '../../contract/pixels.ts';
import { distanceTransform } from './distance-transform.ts';

/**
 * Erodes a mask [height, width]: a pixel stays if every image pixel within `radiusPx` belongs to the mask.
 * Pixels beyond the image's edge do not count, so a mask does not shrink from the edge. Equals
 * `scipy.ndimage.binary_erosion` with a disk and `border_value=1`.
 * @throws RangeError if the radius is negative or not a number.
 */
export function erode(mask: Mask, radiusPx: number): Mask {
  if (!(radiusPx >= 0)) throw new RangeError(`radiusPx must not be negative, received ${radiusPx}`);
  const { height, width } = mask;
  const distances = distanceTransform(mask).data;
  const data = new Uint8Array(distances.length);
  for (let i = 0; i < data.length; i++) data[i] = distances[i]! > radiusPx ? 1 : 0;
  return { height, width, data };
}
