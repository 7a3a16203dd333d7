/**
 * Decompresses PackBits (TIFF Revision 6.0, Adobe 1992, section 9) into at most `length` bytes; geotiff's
 * decoder has no such limit.
 *
 * @returns the bytes, fewer than `length` if the data end early.
 */
export function decodePackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let written = 0;
  for (let at = 0; at < packed.length && written < length;) {
    const header = packed[at++]!;
    if (header < 128) {
      const run = packed.subarray(at, Math.min(at + header + 1, at + length - written));
      out.set(run, written);
      written += run.length;
      at += header + 1;
    } else if (header > 128) {
      if (at >= packed.length) break;
      const end = Math.min(written + 257 - header, length);
      out.fill(packed[at++]!, written, end);
      written = end;
    }
  }
  return out.subarray(0, written);
}
