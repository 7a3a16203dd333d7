import type { Mask } from '../../contract/pixels.ts';
import { distanceTransform } from './distance-transform.ts';

/**
 * Shrinks a mask [height, width]: a pixel stays when every pixel of the image within `radiusPx` of it belongs to the mask. What
 * lies beyond the image's edge takes nothing away, so that a mask does not shrink from the frame. The pixels of
 * `scipy.ndimage.binary_erosion` with a disk and `border_value=1`.
 * @throws RangeError when the radius is negative or not a number.
 */
export function erode(mask: Mask, radiusPx: number): Mask {
  if (!(radiusPx >= 0)) throw new RangeError(`radiusPx must not be negative, received ${radiusPx}`);
  const { height, width } = mask;
  const distances = distanceTransform(mask).data;
  const data = new Uint8Array(distances.length);
  for (let i = 0; i < data.length; i++) data[i] = distances[i]! > radiusPx ? 1 : 0;
  return { height, width, data };
}
