import { inflateSync, constants } from 'node:zlib';
import { decodeJpeg } from './decode-jpeg.ts';
import { decodeLzw } from './decode-lzw.ts';
import { decodePackBits } from './decode-packbits.ts';
import { decodeZstd } from './decode-zstd.ts';
import { blockRowBytes, type PageLayout } from './page-layout.ts';

/** Each byte with reversed bits, for FillOrder 2. */
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let mirror = 0;
  for (let bit = 0; bit < 8; bit++) mirror |= ((byte >> bit) & 1) << (7 - bit);
  return mirror;
});

/**
 * Decompresses one strip or tile.
 *
 * @param stored the block's bytes in the file.
 * @returns whole rows: at most those of a whole block, fewer if it ends early or is the page's last strip.
 *   Memory and work are limited to these.
 * @throws Error, of any kind, if the data are broken.
 */
export async function decompressBlock(layout: PageLayout, stored: Uint8Array): Promise<Uint8Array> {
  const rowBytes = blockRowBytes(layout);
  const length = layout.blockHeight * rowBytes;
  const packed = layout.reverseBits && layout.compression !== 'jpeg' ? reverseBits(stored) : stored;
  const data = await decompress(layout, packed, length);
  const rows = Math.floor(Math.min(data.length, length) / rowBytes);
  return data.subarray(0, rows * rowBytes);
}

function reverseBits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => reversed[byte]!);
}

async function decompress(layout: PageLayout, packed: Uint8Array, length: number): Promise<Uint8Array> {
  switch (layout.compression) {
    case 'none':
      return packed;
    case 'lzw':
      return decodeLzw(packed, length);
    case 'packbits':
      return decodePackBits(packed, length);
    case 'deflate':
      return inflate(packed, length);
    case 'zstd':
      return decodeZstd(packed, length);
    case 'jpeg':
      return decodeJpeg(packed, layout.jpegTables, {
        width: layout.blockWidth,
        largestHeight: layout.blockHeight,
        samples: layout.separate ? 1 : layout.samples,
        ycbcr: layout.photometric === 'ycbcr',
      });
  }
}

/** Inflates at most about `length` bytes; bytes after them (padding, a truncated checksum) do not matter. */
function inflate(packed: Uint8Array, length: number): Uint8Array {
  // zlib refuses to exceed the limit, so the limit includes a block padded to its full height.
  const data = inflateSync(packed, {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: 2 * length + 65536,
  });
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}
