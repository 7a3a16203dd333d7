import { isForeground } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import { writePngRows } from './write-png-rows.ts';

/** Bytes of rows that are made at a time. */
const bandBytes = 2 ** 20;

/**
 * Writes a mask as a grey PNG of 8 bits: 255 is foreground, 0 background. It needs only a few megabytes more
 * than mask and file.
 */
export async function writeMaskPng(mask: PackedMask): Promise<Uint8Array> {
  const { height, width } = mask;
  const parts: Uint8Array[] = [];
  // Masks are small anyway, and a person waits. The lowest level takes half the time.
  for await (const part of writePngRows({ height, width, channels: 1, level: 1 }, rows(mask))) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The rows, each after its filter's number: 0, none. */
function* rows(mask: PackedMask): Generator<Uint8Array> {
  const { height, width } = mask;
  const rowsAtOnce = Math.max(1, Math.floor(bandBytes / (width + 1)));
  for (let y = 0; y < height; y += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, height - y);
    const band = new Uint8Array(count * (width + 1));
    for (let row = 0; row < count; row++) {
      let pixel = (y + row) * width;
      const start = row * (width + 1) + 1;
      for (let i = start; i < start + width; i++, pixel++) if (isForeground(mask, pixel)) band[i] = 255;
    }
    yield band;
  }
}
