import { uint8At } from '../../contract/elements.ts';
import openCodec, { type Codec } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { UnreadCompression } from './refusals.ts';

/** Expected properties of a JPEG strip or tile. */
export interface JpegBlock {
  width: number;
  /** The last strip of a page may be lower, and one may be padded to whole JPEG blocks. */
  largestHeight: number;
  samples: number;
  /** Whether three samples are YCbCr and become RGB, or stay unchanged. */
  ycbcr: boolean;
}

const startOfImage = [0xff, 0xd8];
const blockRows = 16;
let codec: Promise<Codec> | null = null;

/**
 * Decodes one strip or tile that is a JPEG of 8 bits per sample, with libjpeg-turbo; samples are interleaved.
 *
 * @param tables the page's shared tables (tag 347).
 * @throws UnreadCompression for a lossless or hierarchical JPEG.
 * @throws RangeError if the JPEG differs in size from its strip or tile, is broken or ends early.
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

/**
 * Unsupported kinds of JPEG by their start-of-frame marker: ITU-T T.81, table B.1. Baseline, extended and
 * progressive are supported.
 */
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

/** Checks the segments before the first scan. */
function refuseUnreadKind(jpeg: Uint8Array): void {
  for (let at = 2; at + 3 < jpeg.length && jpeg[at] === 0xff;) {
    const marker = uint8At(jpeg, at + 1);
    const kind = unreadKinds[marker];
    if (kind !== undefined) throw new UnreadCompression(kind);
    const startOfScan = 0xda;
    if (marker === startOfScan) return;
    at += marker === 0xff ? 1 : 2 + uint8At(jpeg, at + 2) * 256 + uint8At(jpeg, at + 3);
  }
}

/** The library throws numbers. After a memory error the next strip needs a new instance. */
function attempt(step: () => void): void {
  try {
    step();
  } catch (cause) {
    codec = null;
    throw new RangeError('a JPEG that is broken or incomplete', { cause });
  }
}

/** Checks the size before allocating memory of that size. */
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
 * The page's tables and the strip's data as one stream, joined as in TIFF Technical Note 2 (Adobe, 1995). The
 * page defines the colours of three samples; Adobe's marker passes this to libjpeg, which otherwise guesses.
 */
function completeStream(
  jpeg: Uint8Array,
  tables: Uint8Array | undefined,
  { samples, ycbcr }: JpegBlock,
): Uint8Array {
  const adobe =
    samples === 3 ? [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, ycbcr ? 1 : 0] : [];
  // Both begin with a start marker; the tables end with an end marker.
  const shared = tables?.subarray(2, -2) ?? new Uint8Array(0);
  const head = [...startOfImage, ...adobe, ...shared];
  const stream = new Uint8Array(head.length + jpeg.length - 2);
  stream.set(head);
  stream.set(jpeg.subarray(2), head.length);
  return stream;
}
