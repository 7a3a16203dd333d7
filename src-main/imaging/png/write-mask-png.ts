import { Readable } from 'node:stream';
import { createDeflate, crc32 } from 'node:zlib';
import { isForeground } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';

/** Bytes of rows that are made at a time. */
const bandBytes = 2 ** 20;

/**
 * Writes a mask as a grey PNG of 8 bits: 255 is foreground, 0 background. Besides mask and file it holds a
 * few megabytes.
 *
 * Source: Portable Network Graphics, second edition, W3C 2003.
 */
export async function writeMaskPng(mask: PackedMask): Promise<Uint8Array> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(mask.width, 0);
  header.writeUInt32BE(mask.height, 4);
  header[8] = 8; // bits; the rest is 0: grey, deflate, filtered row by row, not interlaced
  const parts = [Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), chunk('IHDR', header)];
  // Masks come out small in any case, and a person waits: the lowest level takes half the time.
  for await (const piece of Readable.from(rows(mask)).pipe(createDeflate({ level: 1 }))) {
    parts.push(chunk('IDAT', piece as Buffer));
  }
  parts.push(chunk('IEND', Buffer.alloc(0)));
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

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}
