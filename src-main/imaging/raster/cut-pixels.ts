import type { ImageArea } from '../../contract/pixels.ts';

/**
 * The pixels of a rectangle inside a plane, in row order.
 * @param data the plane, in row order
 * @param rowWidth pixels per row of the plane
 */
export function cutPixels<Pixels extends Uint8Array | Uint16Array | Int32Array | Float32Array>(
  data: Pixels,
  rowWidth: number,
  { top, left, height, width }: ImageArea,
): Pixels {
  const cut = data.slice(0, height * width) as Pixels;
  for (let y = 0; y < height; y++) {
    const start = (top + y) * rowWidth + left;
    cut.set(data.subarray(start, start + width), y * width);
  }
  return cut;
}
