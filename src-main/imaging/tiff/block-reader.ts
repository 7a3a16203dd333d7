import { ByteCache } from '../source/byte-cache.ts';
import { itemAt } from '../../contract/elements.ts';
import { inflateStream } from '../source/inflate-stream.ts';
import type { RandomAccess } from '../source/random-access.ts';
import { decompressBlock } from './decompress-block.ts';
import { blockRowBytes, type PageLayout } from './page-layout.ts';

/** Reads the decompressed rows of one strip or tile, from the top down. */
export interface BlockReader {
  /** Rows from `from` to before `to`; each call begins at or below the end of the last one. */
  rows(from: number, to: number): Promise<Uint8Array>;
  close(): void;
}

/** Larger deflated blocks are inflated as a stream; smaller ones at once. */
const streamedBytes = 2 ** 23;
/** Decoded tiles of all files: neighbouring rectangles need the same ones again. */
const tiles = new ByteCache<Promise<Uint8Array>>(64 * 2 ** 20);
const layoutIds = new WeakMap<PageLayout, number>();
let layoutCount = 0;

/** Bytes read from the file at a time for a streamed block. */
const chunkBytes = 2 ** 20;

const endsEarly = (): Error => new RangeError('their data end early');

/**
 * Opens one strip or tile.
 *
 * @param index into the page's blocks.
 * @param stored the block's bytes, if already read.
 * @param isKept whether the decoded block is kept for other readers of the page.
 */
export function openBlock(
  layout: PageLayout,
  file: RandomAccess,
  index: number,
  stored?: Uint8Array,
  isKept = false,
): BlockReader {
  const rowBytes = blockRowBytes(layout);
  if (layout.compression === 'none' && !layout.reverseBits)
    return storedRows(layout, file, index, rowBytes, stored);
  if (
    layout.compression === 'deflate' &&
    !layout.reverseBits &&
    layout.blockHeight * rowBytes > streamedBytes
  ) {
    return inflatedRows(layout, file, index, rowBytes);
  }
  let decoded: Promise<Uint8Array> | null = null;
  const { start, end } = itemAt(layout.blocks, index);
  const decode = async (): Promise<Uint8Array> =>
    decompressBlock(layout, stored ?? (await file.read(start, end - start)));
  return {
    rows: async (from, to) => {
      const all = await (decoded ??= isKept ? decodedOnce(layout, index, decode) : decode());
      if (to * rowBytes > all.length) throw endsEarly();
      return all.subarray(from * rowBytes, to * rowBytes);
    },
    close: () => (decoded = null),
  };
}

function decodedOnce(
  layout: PageLayout,
  index: number,
  decode: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  let id = layoutIds.get(layout);
  if (id === undefined) layoutIds.set(layout, (id = layoutCount++));
  const key = `${id}|${index}`;
  const known = tiles.get(key);
  if (known !== undefined) return known;
  const decoding = decode();
  tiles.set(key, decoding, layout.blockHeight * blockRowBytes(layout));
  // Errors are not kept.
  decoding.catch(() => tiles.delete(key));
  return decoding;
}

/** Uncompressed rows: only the requested ones are read. */
function storedRows(
  layout: PageLayout,
  file: RandomAccess,
  index: number,
  rowBytes: number,
  stored: Uint8Array | undefined,
): BlockReader {
  const { start, end } = itemAt(layout.blocks, index);
  return {
    rows: async (from, to) => {
      if (start + to * rowBytes > end) throw endsEarly();
      if (stored !== undefined) return stored.subarray(from * rowBytes, to * rowBytes);
      return file.read(start + from * rowBytes, (to - from) * rowBytes);
    },
    close: () => undefined,
  };
}

/** Rows of a large deflated block. Memory holds only the requested rows and a chunk of the stream. */
function inflatedRows(layout: PageLayout, file: RandomAccess, index: number, rowBytes: number): BlockReader {
  const { start, end } = itemAt(layout.blocks, index);
  async function* packed(): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += chunkBytes) yield file.read(at, Math.min(chunkBytes, end - at));
  }
  const stream = inflateStream(packed());
  let row = 0;
  return {
    rows: async (from, to) => {
      await stream.skip((from - row) * rowBytes);
      row = to;
      return stream.next((to - from) * rowBytes);
    },
    close: () => stream.close(),
  };
}
