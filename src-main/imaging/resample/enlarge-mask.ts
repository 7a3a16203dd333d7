import { emptyPackedMask, fillBits, isForeground } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { ContourSet } from '../../contract/pixels.ts';

interface Size {
  height: number;
  width: number;
}

/**
 * Enlarges a mask that was made on blocks of `side` × `side` pixels: every pixel gets the value of its block.
 * @param size of the image; blocks at the lower and right edge end with it.
 * @throws RangeError unless the mask has ⌈height / side⌉ × ⌈width / side⌉ pixels.
 */
export function enlargeMask(mask: PackedMask, side: number, { height, width }: Size): PackedMask {
  if (mask.height !== Math.ceil(height / side) || mask.width !== Math.ceil(width / side)) {
    throw new RangeError(
      `a mask of ${mask.height} × ${mask.width} in blocks of ${side} px does not cover ${height} × ${width} px`,
    );
  }
  if (side === 1) return mask;
  const large = emptyPackedMask(height, width);
  for (let row = 0; row < mask.height; row++) {
    for (let column = 0; column < mask.width; column++) {
      const start = column;
      while (column < mask.width && isForeground(mask, row * mask.width + column)) column++;
      if (column === start) continue;
      const end = Math.min(width, column * side);
      for (let y = row * side; y < Math.min(height, (row + 1) * side); y++)
        fillBits(large.bits, 1, y * width + start * side, y * width + end);
    }
  }
  return large;
}

/** Enlarges the outlines of such a mask: they become those of the mask that `enlargeMask` gives. */
export function enlargeContours(contours: ContourSet, side: number, { height, width }: Size): ContourSet {
  if (side === 1) return contours;
  const points = contours.points.map((value, i) => Math.min(value * side, i % 2 === 0 ? height : width));
  return { ...contours, points };
}
