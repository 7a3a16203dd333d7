import { Readable } from 'node:stream';
import { createDeflate, crc32 } from 'node:zlib';

/** Size and kind of a PNG of 8 bits. */
export interface PngHead {
  height: number;
  width: number;
  /** 1: grey; 3: red, green and blue. */
  channels: 1 | 3;
  /** Level of compression, 1 to 9. */
  level: number;
}

/** Bytes of a chunk of pixels. */
const chunkBytes = 2 ** 16;

/**
 * Writes a PNG piece by piece, for images too large to hold.
 *
 * Source: Portable Network Graphics, second edition, W3C 2003.
 * @param rows any number of whole rows at a time, each row after the number of its filter: 0, none.
 */
export async function* writePngRows(
  { height, width, channels, level }: PngHead,
  rows: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits; the rest is 0: deflate, filtered row by row, not interlaced
  header[9] = channels === 1 ? 0 : 2;
  yield Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  yield chunk('IHDR', header);
  const deflate = createDeflate({ level });
  const source = Readable.from(rows);
  source.on('error', (error) => deflate.destroy(error));
  // Pieces depend on timing; chunks of one length make the same file every time.
  let rest = Buffer.alloc(0);
  for await (const piece of source.pipe(deflate)) {
    rest = Buffer.concat([rest, piece as Buffer]);
    for (; rest.length >= chunkBytes; rest = rest.subarray(chunkBytes)) {
      yield chunk('IDAT', rest.subarray(0, chunkBytes));
    }
  }
  if (rest.length > 0) yield chunk('IDAT', rest);
  yield chunk('IEND', Buffer.alloc(0));
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}
