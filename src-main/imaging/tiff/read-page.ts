import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { PixelArray } from '../../contract/pixels.ts';
import { emptyArray } from '../source/empty-array.ts';
import type { RandomAccess } from '../source/random-access.ts';
import { openBlock, type BlockReader } from './block-reader.ts';
import { decodeSamples, dtypeOf } from './decode-samples.ts';
import { blockRowBytes, type PageLayout } from './page-layout.ts';
import { damagedTiff, UnreadCompression, unsupportedTiff } from './refusals.ts';

/** A rectangle inside a page. */
export interface PageRegion {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Some rows of a region. */
export interface PageBand {
  /** The first row, counted in the page. */
  y: number;
  height: number;
  /** One array of height × width per requested sample. */
  planes: PixelArray[];
}

/** Decompressed bytes per band: about 20 ms of decoding, then other work can run. */
const bandBytes = 2 ** 22;
/** For larger uncompressed blocks, only the requested rows are read. */
const plainBytes = 2 ** 16;
/** Strips and tiles this close together are read at once. */
const mostBytesAtOnce = 2 ** 24;

/**
 * Decodes a region of a page from the top down. Every strip or tile must be present and complete: nothing is
 * filled in.
 *
 * @param layout checked against the file.
 * @param samples the samples of each pixel to read.
 * @throws LacssError `file-damaged` naming the rows that cannot be decoded; `cancelled`; what the file's
 *   reader throws.
 */
export async function* readBands(
  layout: PageLayout,
  file: RandomAccess,
  fileName: string,
  region: PageRegion,
  samples: readonly number[],
  signal?: AbortSignal,
): AsyncGenerator<PageBand> {
  const { blockHeight, page } = layout;
  const across = blocksAcross(layout);
  const rowBytes = blockRowBytes(layout) * across;
  const last = region.y + region.height;
  const small = blockHeight * rowBytes <= (layout.compression === 'none' ? plainBytes : bandBytes);
  const bandHeight = small
    ? blockHeight * Math.floor(bandBytes / (blockHeight * rowBytes))
    : Math.max(1, Math.floor(bandBytes / rowBytes));
  // Blocks of the current row of blocks.
  let open: ReadonlyMap<number, BlockReader> = new Map();
  try {
    for (let y = region.y; y < last;) {
      if (signal?.aborted) {
        throw new LacssError('cancelled', `Reading ${fileName} was stopped.`, { subject: fileName });
      }
      // Bands begin and end at block borders, so that no small block is decoded twice.
      const firstOfBlock = y - (y % blockHeight);
      const end = Math.min(
        last,
        small ? firstOfBlock + bandHeight : Math.min(y + bandHeight, firstOfBlock + blockHeight),
      );
      const planes = samples.map(() => emptyArray(dtypeOf(layout), (end - y) * region.width));
      try {
        const stored = small
          ? await readTogether(layout, file, region, y, end)
          : new Map<number, Uint8Array>();
        for (let top = firstOfBlock; top < end; top += blockHeight) {
          if (small || y === firstOfBlock || open.size === 0) {
            closeAll(open);
            open = openRow(layout, file, region, samples, top / blockHeight, stored);
          }
          await copyRows(layout, open, region, samples, top, y, end, planes);
        }
      } catch (cause) {
        if (cause instanceof LacssError) throw cause;
        if (cause instanceof UnreadCompression) {
          throw unsupportedTiff(fileName, `page ${page} is compressed with ${cause.message}`);
        }
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw damagedTiff(
          fileName,
          `rows ${y + 1}–${end} of page ${page} cannot be decoded (${reason})`,
          cause,
        );
      }
      yield { y, height: end - y, planes };
      y = end;
      if (y < last) await yieldToEventLoop();
    }
  } finally {
    closeAll(open);
  }
}

/**
 * Decodes a whole region; see {@link readBands}. @returns one array of height × width per requested sample.
 */
export async function readRegion(...given: Parameters<typeof readBands>): Promise<PixelArray[]> {
  const [layout, , , region, samples] = given;
  let planes: PixelArray[] = [];
  for await (const band of readBands(...given)) {
    if (band.height === region.height) return band.planes;
    if (planes.length === 0) {
      planes = samples.map(() => emptyArray(dtypeOf(layout), region.height * region.width));
    }
    band.planes.forEach((part, s) => itemAt(planes, s).set(part, (band.y - region.y) * region.width));
  }
  return planes;
}

function closeAll(readers: ReadonlyMap<number, BlockReader>): void {
  for (const reader of readers.values()) reader.close();
}

function blocksAcross({ width, blockWidth }: PageLayout): number {
  return Math.ceil(width / blockWidth);
}

/** Indices of the blocks in one row of blocks that a region and the requested samples touch. */
function blocksInRow(
  layout: PageLayout,
  { x, width }: PageRegion,
  samples: readonly number[],
  row: number,
): number[] {
  const across = blocksAcross(layout);
  const down = Math.ceil(layout.height / layout.blockHeight);
  const first = Math.floor(x / layout.blockWidth);
  const last = Math.floor((x + width - 1) / layout.blockWidth);
  const columns = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const sets = layout.separate ? samples : [0];
  return sets.flatMap((s) => columns.map((column) => (s * down + row) * across + column));
}

function openRow(
  layout: PageLayout,
  file: RandomAccess,
  region: PageRegion,
  samples: readonly number[],
  row: number,
  stored: ReadonlyMap<number, Uint8Array>,
): Map<number, BlockReader> {
  const indices = blocksInRow(layout, region, samples, row);
  // A pass over the whole width needs no tile twice.
  const isKept = layout.tiled && region.width < layout.width;
  return new Map(indices.map((index) => [index, openBlock(layout, file, index, stored.get(index), isKept)]));
}

/** Reads the bytes of a band's blocks at once if they are close together, as they usually are. */
async function readTogether(
  layout: PageLayout,
  file: RandomAccess,
  region: PageRegion,
  y: number,
  end: number,
): Promise<Map<number, Uint8Array>> {
  const indices: number[] = [];
  const firstRow = Math.floor(y / layout.blockHeight);
  for (let row = firstRow; row * layout.blockHeight < end; row++) {
    indices.push(...blocksInRow(layout, region, [0], row));
  }
  const places = indices.map((index) => itemAt(layout.blocks, index));
  const start = places.reduce((least, place) => Math.min(least, place.start), Infinity);
  const stop = places.reduce((most, place) => Math.max(most, place.end), 0);
  const used = places.reduce((sum, place) => sum + place.end - place.start, 0);
  if (layout.separate || stop - start > Math.min(mostBytesAtOnce, 2 * used)) return new Map();
  const bytes = await file.read(start, stop - start);
  return new Map(
    indices.map((index, k) => [
      index,
      bytes.subarray(itemAt(places, k).start - start, itemAt(places, k).end - start),
    ]),
  );
}

/** Copies rows from `y` to before `end` of a region from the row of blocks that begins at row `top`. */
async function copyRows(
  layout: PageLayout,
  open: ReadonlyMap<number, BlockReader>,
  region: PageRegion,
  samples: readonly number[],
  top: number,
  y: number,
  end: number,
  planes: readonly PixelArray[],
): Promise<void> {
  const { blockWidth, blockHeight, separate } = layout;
  const across = blocksAcross(layout);
  const perBlock = across * Math.ceil(layout.height / blockHeight);
  const perPixel = separate ? 1 : layout.samples;
  const from = Math.max(y, top);
  const to = Math.min(end, top + blockHeight);
  for (const [index, reader] of open) {
    const values = decodeSamples(layout, await reader.rows(from - top, to - top));
    const blockX = (index % across) * blockWidth;
    const left = Math.max(region.x, blockX);
    const right = Math.min(region.x + region.width, blockX + blockWidth);
    for (const [k, sample] of samples.entries()) {
      if (separate && Math.floor(index / perBlock) !== sample) continue;
      const plane = itemAt(planes, k);
      for (let row = from; row < to; row++) {
        const start = (row - from) * blockWidth + left - blockX;
        const target = (row - y) * region.width + left - region.x;
        if (perPixel === 1) {
          plane.set(values.subarray(start, start + right - left), target);
          continue;
        }
        for (let i = 0, at = start * perPixel + sample; i < right - left; i++, at += perPixel) {
          plane[target + i] = values[at]!;
        }
      }
    }
  }
}
