import type { Mask } from './pixels.ts';

/** A mask as it travels: eight pixels a byte, row-major, the first pixel in the lowest bit. */
export interface PackedMask {
  height: number;
  width: number;
  bits: Uint8Array;
}

/** Packs a mask for travel: height × width bits. */
export function packMask({ height, width, data }: Mask): PackedMask {
  const bits = new Uint8Array(Math.ceil((height * width) / 8));
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) bits[i >> 3]! |= 1 << (i & 7);
  }
  return { height, width, bits };
}

/** The mask of 0 and 1 [height, width] that was packed. */
export function unpackMask({ height, width, bits }: PackedMask): Mask {
  const data = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) data[i] = (bits[i >> 3]! >> (i & 7)) & 1;
  return { height, width, data };
}
