import { UnreadCompression } from './refusals.ts';

const clearCode = 256;
const endCode = 257;

/**
 * Decompresses TIFF's LZW into at most `length` bytes.
 *
 * Codes are packed from the high bit of each byte, and the width grows one code early, as in TIFF Revision
 * 6.0 (Adobe 1992), section 13. `length` limits work and memory for any input; geotiff's decoder limits
 * neither.
 *
 * @returns the bytes, fewer than `length` if the data end early.
 * @throws RangeError if a code refers to a string that does not exist.
 * @throws UnreadCompression if the codes are packed from the low bit, as in TIFF 5: the first, a clear code,
 *   shows it.
 */
export function decodeLzw(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  if (packed[0] === 0 && (packed[1]! & 1) === 1)
    throw new UnreadCompression('old-style LZW (TIFF 5, before 1992)');
  // A code stands for a range of bytes already written.
  const starts = new Uint32Array(4096);
  const lengths = new Uint32Array(4096);
  let written = 0;
  let nextCode = 258;
  let width = 9;
  let previousStart = -1;
  let previousLength = 0;
  let reservoir = 0;
  let reservoirBits = 0;

  for (let at = 0; written < length;) {
    while (reservoirBits < width) {
      if (at >= packed.length) return out.subarray(0, written);
      reservoir = ((reservoir << 8) | packed[at++]!) & 0xffffff;
      reservoirBits += 8;
    }
    const code = (reservoir >>> (reservoirBits - width)) & ((1 << width) - 1);
    reservoirBits -= width;

    if (code === endCode) break;
    if (code === clearCode) {
      nextCode = 258;
      width = 9;
      previousStart = -1;
      continue;
    }

    const start = written;
    if (code < clearCode) {
      out[written++] = code;
    } else if (code < nextCode) {
      written = copyWithin(out, starts[code]!, lengths[code]!, written);
    } else if (code === nextCode && previousStart >= 0) {
      written = copyWithin(out, previousStart, previousLength + 1, written);
    } else {
      throw new RangeError(`LZW code ${code}, expected at most ${nextCode}`);
    }
    if (previousStart >= 0 && nextCode < 4096) {
      starts[nextCode] = previousStart;
      lengths[nextCode] = previousLength + 1;
      nextCode++;
      if (nextCode + 1 >= 1 << width && width < 12) width++;
    }
    previousStart = start;
    previousLength = written - start;
  }
  return out.subarray(0, written);
}

/** Copies byte by byte, because the range may overlap its target. */
function copyWithin(out: Uint8Array, from: number, count: number, to: number): number {
  const end = Math.min(to + count, out.length);
  for (; to < end; to++, from++) out[to] = out[from]!;
  return end;
}
