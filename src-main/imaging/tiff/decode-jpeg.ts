import { getDecoder } from 'geotiff';
import { decodeBaselineJpeg } from './jpeg/decode-baseline.ts';

interface FrameHeader {
  /** Sequential with Huffman codes (SOF0, SOF1), not progressive or arithmetic. */
  baseline: boolean;
  precision: number;
  height: number;
  width: number;
  components: number;
}

/** What a JPEG's frame header says, or null where there is none. */
function readFrameHeader(jpeg: Uint8Array): FrameHeader | null {
  for (let at = 2; at + 9 < jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      return {
        baseline: marker <= 0xc1,
        precision: jpeg[at + 4]!,
        height: (jpeg[at + 5]! << 8) | jpeg[at + 6]!,
        width: (jpeg[at + 7]! << 8) | jpeg[at + 8]!,
        components: jpeg[at + 9]!,
      };
    }
    at += 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
  }
  return null;
}

/**
 * Decodes one strip or tile that is a JPEG of 8 bits a sample; samples stand side by side. Baseline JPEG, all that is found in TIFF in
 * practice, gives libjpeg's very numbers; progressive JPEG goes through geotiff, which is within a level where chroma is not subsampled.
 *
 * @param tables the page's shared tables (tag 347).
 * @returns at least height × width × samples bytes.
 * @throws RangeError where the JPEG has another size than its strip or tile; Error where it is broken.
 */
export async function decodeJpeg(
  jpeg: Uint8Array,
  tables: Uint8Array | undefined,
  expected: { height: number; width: number; samples: number },
): Promise<Uint8Array> {
  const frame = readFrameHeader(jpeg);
  if (frame === null) throw new RangeError('a JPEG without a frame header');
  // The last strip may be padded to whole JPEG blocks.
  const fits =
    frame.width === expected.width &&
    frame.height >= expected.height &&
    frame.height <= expected.height + 16 &&
    frame.components === expected.samples &&
    frame.precision === 8;
  if (!fits) {
    throw new RangeError(
      `a JPEG of ${frame.width} × ${frame.height} pixels of ${frame.components} samples of ${frame.precision} bits, ` +
        `expected ${expected.width} × ${expected.height} of ${expected.samples}`,
    );
  }
  if (frame.baseline) return decodeBaselineJpeg(tables === undefined ? [jpeg] : [tables, jpeg]);
  const parameters = {
    tileWidth: frame.width,
    tileHeight: frame.height,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
    ...(tables === undefined ? {} : { JPEGTables: tables }),
  };
  const decoder = await getDecoder(7, parameters);
  const own = jpeg.slice();
  return new Uint8Array(await decoder.decode(own.buffer));
}

/** Turns YCbCr (ITU-R BT.601, full range, as JFIF has it) into RGB, in place, in libjpeg's fixed-point arithmetic (jdcolor.c). */
export function convertYcbcrToRgb(data: Uint8Array): void {
  const clamped = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = data[i]!;
    const blue = data[i + 1]! - 128;
    const red = data[i + 2]! - 128;
    clamped[i] = y + ((91881 * red + 32768) >> 16);
    clamped[i + 1] = y + ((-22554 * blue - 46802 * red + 32768) >> 16);
    clamped[i + 2] = y + ((116130 * blue + 32768) >> 16);
  }
}
