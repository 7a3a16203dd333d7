import { Readable } from 'node:stream';
import { constants, createInflate } from 'node:zlib';

/** Inflated bytes in order. */
export interface InflateStream {
  /**
   * The next bytes.
   *
   * @throws RangeError if the stream ends earlier; Error if it is broken.
   */
  next(length: number): Promise<Uint8Array>;
  /** Skips bytes. */
  skip(length: number): Promise<void>;
  /**
   * Reads to the end, so that the source of the stream is read and checked completely. At most `length` bytes
   * may follow.
   */
  finish(length: number): Promise<void>;
  close(): void;
}

const chunkSize = 2 ** 18;

/**
 * Inflates a zlib stream (RFC 1950) piece by piece. Memory holds only the requested bytes and a few chunks.
 * Bytes after them (padding, a truncated checksum) do not matter.
 */
export function inflateStream(packed: AsyncIterable<Uint8Array>): InflateStream {
  const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize });
  const source = Readable.from(packed);
  source.on('error', (error) => inflate.destroy(error));
  const chunks = source.pipe(inflate)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let rest: Uint8Array = new Uint8Array(0);

  /** Passes on the next `length` bytes in pieces. */
  async function take(length: number, onPiece: (piece: Uint8Array, at: number) => void): Promise<void> {
    for (let at = 0; at < length;) {
      const piece = rest.subarray(0, length - at);
      if (piece.length > 0) {
        onPiece(piece, at);
        rest = rest.subarray(piece.length);
        at += piece.length;
        continue;
      }
      const next = await chunks.next();
      if (next.done === true) throw new RangeError('their data end early');
      rest = next.value;
    }
  }

  return {
    next: async (length) => {
      const out = new Uint8Array(length);
      await take(length, (piece, at) => out.set(piece, at));
      return out;
    },
    skip: (length) => take(length, () => undefined),
    finish: async (length) => {
      for (let left = length - rest.length; left >= 0;) {
        const next = await chunks.next();
        if (next.done === true) return;
        left -= next.value.length;
      }
      throw new RangeError(`more than ${length} bytes follow them`);
    },
    close: () => {
      source.destroy();
      inflate.destroy();
    },
  };
}
