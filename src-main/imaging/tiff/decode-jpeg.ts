import openCodec, { type Codec } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { UnreadCompression } from './refusals.ts';

/** What the strip or tile of a JPEG should be. */
export interface JpegBlock {
  width: number;
  /** The last strip of a page may be lower, and one may be padded to whole JPEG blocks. */
  largestHeight: number;
  samples: number;
  /** Whether three samples are YCbCr, to become RGB, or stay as they are. */
  ycbcr: boolean;
}

const startOfImage = [0xff, 0xd8];
const blockRows = 16;
let codec: Promise<Codec> | null = null;

/**
 * Decodes one strip or tile that is a JPEG of 8 bits a sample, with libjpeg-turbo; samples stand side by side.
 *
 * @param tables the page's shared tables (tag 347).
 * @throws UnreadCompression where it is a lossless or hierarchical JPEG.
 * @throws RangeError where the JPEG has another size than its strip or tile, is broken or ends early.
 */
export async function decodeJpeg(
  jpeg: Uint8Array,
  tables: Uint8Array | undefined,
  block: JpegBlock,
): Promise<Uint8Array> {
  refuseUnreadKind(jpeg);
  const silent = (): void => undefined;
  const { JPEGDecoder } = await (codec ??= openCodec({ print: silent, printErr: silent }));
  const stream = completeStream(jpeg, tables, block);
  const decoder = new JPEGDecoder();
  try {
    decoder.getEncodedBuffer(stream.length).set(stream);
    attempt(() => decoder.readHeader());
    requireFit(decoder.getFrameInfo(), block);
    attempt(() => decoder.decode());
    return decoder.getDecodedBuffer().slice();
  } finally {
    decoder.delete();
  }
}

/** The kinds of JPEG by their start-of-frame marker: ITU-T T.81, table B.1. Baseline, extended and progressive are read. */
const unreadKinds: Readonly<Record<number, string>> = {
  0xc3: 'lossless JPEG',
  0xc5: 'hierarchical JPEG',
  0xc6: 'hierarchical JPEG',
  0xc7: 'lossless hierarchical JPEG',
  0xcb: 'lossless JPEG (arithmetic coding)',
  0xcd: 'hierarchical JPEG',
  0xce: 'hierarchical JPEG',
  0xcf: 'lossless hierarchical JPEG',
  0xf7: 'JPEG-LS',
};

/** Walks the segments before the first scan. */
function refuseUnreadKind(jpeg: Uint8Array): void {
  for (let at = 2; at + 3 < jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1]!;
    const kind = unreadKinds[marker];
    if (kind !== undefined) throw new UnreadCompression(kind);
    const startOfScan = 0xda;
    if (marker === startOfScan) return;
    at += marker === 0xff ? 1 : 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
  }
}

/** The library throws numbers; and after an error of its memory the next strip wants a fresh one. */
function attempt(step: () => void): void {
  try {
    step();
  } catch (cause) {
    codec = null;
    throw new RangeError('a JPEG that is broken or cut short', { cause });
  }
}

/** The size is checked before anything of that size is allocated. */
function requireFit(
  frame: { width: number; height: number; bitsPerSample: number; componentCount: number },
  { width, largestHeight, samples }: JpegBlock,
): void {
  const fits =
    frame.width === width &&
    frame.height <= largestHeight + blockRows &&
    frame.componentCount === samples &&
    frame.bitsPerSample === 8;
  if (!fits) {
    throw new RangeError(
      `a JPEG of ${frame.width} × ${frame.height} pixels of ${frame.componentCount} samples of ${frame.bitsPerSample} bits, ` +
        `expected ${width} × ${largestHeight} of ${samples}`,
    );
  }
}

/**
 * The page's tables and the strip's data as one stream, as TIFF Technical Note 2 (Adobe, 1995) joins them. Which colours three samples
 * are, the page says; Adobe's marker tells it to libjpeg, which would otherwise guess.
 */
function completeStream(
  jpeg: Uint8Array,
  tables: Uint8Array | undefined,
  { samples, ycbcr }: JpegBlock,
): Uint8Array {
  const adobe =
    samples === 3 ? [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, ycbcr ? 1 : 0] : [];
  // Both begin with a start marker; the tables end with one for the end.
  const shared = tables?.subarray(2, -2) ?? new Uint8Array(0);
  const head = [...startOfImage, ...adobe, ...shared];
  const stream = new Uint8Array(head.length + jpeg.length - 2);
  stream.set(head);
  stream.set(jpeg.subarray(2), head.length);
  return stream;
}
