import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { BaseDecoder, GeoTIFFImage, Pool } from 'geotiff';
import { LacssError } from '../../contract/errors.ts';
import type { PixelArray } from '../../contract/pixels.ts';
import { checkedDirectory } from './checked-directory.ts';
import { decompressBlock } from './decompress-block.ts';
import { joinPieces } from './join-pieces.ts';
import { blockRowBytes, type PageLayout } from './page-layout.ts';
import { damagedTiff } from './refusals.ts';

/** Bytes after which other work gets its turn: some 50 ms of decoding. */
const bytesBetweenYields = 1 << 22;

type DecoderParameters = ConstructorParameters<typeof BaseDecoder>[0];

/** Decompresses a block within bounds, and leaves the predictor to geotiff. */
class BoundedDecoder extends BaseDecoder {
  readonly #layout: PageLayout;

  constructor(parameters: DecoderParameters, layout: PageLayout) {
    super(parameters);
    this.#layout = layout;
  }

  override async decodeBlock(stored: ArrayBuffer): Promise<ArrayBuffer> {
    const { bits, littleEndian, predictor } = this.#layout;
    const data = await decompressBlock(this.#layout, new Uint8Array(stored));
    const whole = data.byteLength === data.buffer.byteLength ? data : data.slice();
    // Sums of neighbours need numbers in this machine's byte order.
    if (predictor === 'horizontal' && bits > 8 && !littleEndian) swapBytes(whole, bits / 8);
    return whole.buffer as ArrayBuffer;
  }
}

/** Gives geotiff the decoder of one page. */
class PageDecoders extends Pool {
  readonly #layout: PageLayout;

  constructor(layout: PageLayout) {
    super(0);
    this.#layout = layout;
  }

  override bindParameters(_compression: number, parameters: DecoderParameters): BoundedDecoder {
    return new BoundedDecoder(parameters, this.#layout);
  }
}

function swapBytes(data: Uint8Array, size: number): void {
  for (let at = 0; at + size <= data.length; at += size) data.subarray(at, at + size).reverse();
}

/**
 * Decodes one page with geotiff. Every strip or tile must be there and complete: nothing is ever filled in.
 *
 * @param layout checked against the file: geotiff itself fills strips that are missing, and allocates what a file claims.
 * @returns one array of height × width a sample.
 * @throws LacssError `file-damaged` naming the rows that do not decode; `cancelled`.
 */
export async function decodePage(
  layout: PageLayout,
  bytes: Uint8Array,
  fileName: string,
  signal?: AbortSignal,
): Promise<PixelArray[]> {
  const { height, blockHeight, page } = layout;
  const { directory, littleEndian } = checkedDirectory(layout);
  const image = new GeoTIFFImage(directory, littleEndian, false, sourceOf(bytes));
  const pool = new PageDecoders(layout);
  const blockRowsBytes = blockHeight * blockRowBytes(layout) * Math.ceil(layout.width / layout.blockWidth);
  const bandHeight = blockHeight * Math.max(1, Math.floor(bytesBetweenYields / blockRowsBytes));

  let planes: PixelArray[] = [];
  for (let y0 = 0; y0 < height; y0 += bandHeight) {
    if (signal?.aborted)
      throw new LacssError('cancelled', `Reading ${fileName} was stopped.`, { subject: fileName });
    const y1 = Math.min(y0 + bandHeight, height);
    let bands: PixelArray[];
    try {
      const window = [0, y0, image.getWidth(), y1];
      bands = joinPieces(await image.readRasters({ window, pool }), layout);
    } catch (cause) {
      throw damagedTiff(
        fileName,
        `rows ${y0 + 1}–${y1} of page ${page} do not decode (${reasonOf(cause)})`,
        cause,
      );
    }
    if (y1 - y0 === height) return bands;
    if (planes.length === 0) planes = bands.map((band) => emptyLike(band, height * layout.width));
    bands.forEach((band, s) => planes[s]!.set(band, y0 * layout.width));
    await yieldToEventLoop();
  }
  return planes;
}

/** An array of the same numbers, all zero until every band is there. */
function emptyLike(band: PixelArray, length: number): PixelArray {
  return new (band.constructor as new (length: number) => PixelArray)(length);
}

/** geotiff reads past the end of a block that is too short, which its views refuse. */
function reasonOf(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return /bounds of the DataView|typed array length|offset is out of bounds/i.test(reason)
    ? 'their data end early'
    : reason;
}

/**
 * The file's bytes as geotiff reads them: the places of all blocks are known to lie within. Each is copied: a Buffer's own
 * `slice` would give the memory it shares with others.
 */
function sourceOf(bytes: Uint8Array): ConstructorParameters<typeof GeoTIFFImage>[3] {
  const read = (offset: number, length: number): ArrayBuffer =>
    new Uint8Array(bytes.subarray(offset, offset + length)).buffer;
  return {
    fileSize: bytes.length,
    fetch: (slices) => Promise.resolve(slices.map(({ offset, length }) => read(offset, length))),
    fetchSlice: (slice) => Promise.resolve({ ...slice, data: read(slice.offset, slice.length) }),
    close: () => Promise.resolve(),
  };
}
