import { uint8At } from './elements.ts';
import type { ImageArea, Mask } from './pixels.ts';

/** A mask as transferred and stored: eight pixels per byte, row-major, the first pixel in the lowest bit. */
export interface PackedMask {
  height: number;
  width: number;
  bits: Uint8Array;
}

/** Packs a mask for travel: height × width bits. */
export function packMask({ height, width, data }: Mask): PackedMask {
  const bits = new Uint8Array(Math.ceil((height * width) / 8));
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) bits[i >> 3] = uint8At(bits, i >> 3) | (1 << (i & 7));
  }
  return { height, width, bits };
}

/** The mask of 0 and 1 [height, width] that was packed. */
export function unpackMask({ height, width, bits }: PackedMask): Mask {
  return unpackPart({ height, width, bits }, { top: 0, left: 0, height, width });
}

/** The mask of 0 and 1 [height, width] of a rectangle inside a packed mask. */
export function unpackPart({ bits, width: wholeWidth }: PackedMask, area: ImageArea): Mask {
  const { top, left, height, width } = area;
  const data = new Uint8Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    let bit = (top + y) * wholeWidth + left;
    for (let x = 0; x < width; x++, i++, bit++) data[i] = (uint8At(bits, bit >> 3) >> (bit & 7)) & 1;
  }
  return { height, width, data };
}

/** A packed mask [height, width] without foreground. */
export function emptyPackedMask(height: number, width: number): PackedMask {
  return { height, width, bits: new Uint8Array(Math.ceil((height * width) / 8)) };
}

/** The number of foreground pixels. */
export function countForeground({ bits }: PackedMask): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) count += uint8At(setBits, uint8At(bits, i));
  return count;
}

const setBits = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** Whether the pixel of an index belongs to the foreground. */
export function isForeground({ bits }: PackedMask, index: number): boolean {
  return ((uint8At(bits, index >> 3) >> (index & 7)) & 1) === 1;
}

/** Makes the pixels from an index up to another one foreground or background. */
export function fillBits(bits: Uint8Array, value: 0 | 1, from: number, to: number): void {
  if (from >= to) return;
  const first = from >> 3;
  const last = to >> 3;
  const head = (0xff << (from & 7)) & 0xff; // the bits of the first byte that belong to the range
  const tail = 0xff >> (8 - (to & 7)); // those of the last
  if (first === last) return setBitsOf(bits, first, head & tail, value);
  setBitsOf(bits, first, head, value);
  bits.fill(value === 1 ? 0xff : 0, first + 1, last);
  if (tail !== 0) setBitsOf(bits, last, tail, value);
}

function setBitsOf(bits: Uint8Array, index: number, which: number, value: 0 | 1): void {
  bits[index] = value === 1 ? uint8At(bits, index) | which : uint8At(bits, index) & ~which;
}
