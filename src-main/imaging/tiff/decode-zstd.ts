import { getDecoder } from 'geotiff';
import { numberAt } from '../../contract/elements.ts';

const magic = 0xfd2fb528;
/** Largest decompressed size of one block in bytes (RFC 8878, section 3.1.1.2.4). */
const largestBlock = 1 << 17;

/**
 * Largest decompressed size of Zstandard frames, from the headers of their blocks. A run of one byte states
 * its length; a compressed block holds at most 128 kB.
 *
 * Source: RFC 8878, "Zstandard Compression and the 'application/zstd' Media Type", 2021.
 *
 * @throws RangeError if the headers are invalid.
 */
function mostBytes(packed: Uint8Array): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let total = 0;
  for (let at = 0; at + 5 <= packed.length;) {
    const frame = view.getUint32(at, true);
    if (frame >>> 4 === 0x184d2a5) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (frame !== magic) throw new RangeError('not a Zstandard frame');
    const descriptor = view.getUint8(at + 4);
    const singleSegment = (descriptor & 32) !== 0;
    const contentSizeBytes = numberAt([singleSegment ? 1 : 0, 2, 4, 8], descriptor >> 6);
    const dictionaryBytes = numberAt([0, 1, 2, 4], descriptor & 3);
    at += 5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
    for (let last = false; !last;) {
      const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      last = (header & 1) === 1;
      const kind = (header >> 1) & 3;
      const size = header >> 3;
      total += kind === 2 ? largestBlock : size;
      at += 3 + (kind === 1 ? 1 : size);
    }
    if ((descriptor & 4) !== 0) at += 4;
  }
  return total;
}

/**
 * Decompresses Zstandard through geotiff.
 *
 * @param length expected number of bytes.
 * @throws RangeError if the data could become far more; Error if they are broken.
 */
export async function decodeZstd(packed: Uint8Array, length: number): Promise<Uint8Array> {
  const most = mostBytes(packed);
  if (most > 2 * length + 2 * largestBlock) {
    throw new RangeError(`Zstandard data of up to ${most} bytes, expected ${length}`);
  }
  const parameters = { tileWidth: 0, tileHeight: 0, predictor: 1, bitsPerSample: 8, planarConfiguration: 1 };
  const decoder = await getDecoder(50000, parameters);
  const own = packed.slice();
  return new Uint8Array(await decoder.decode(own.buffer));
}
