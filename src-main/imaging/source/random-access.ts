/**
 * Bytes that can be read in any order: a file, or an array in memory. Science modules access files only
 * through it.
 *
 * @example
 * const bytes = bytesInMemory(new Uint8Array([1, 2, 3, 4]));
 * await bytes.read(1, 2); // Uint8Array [2, 3]
 */
export interface RandomAccess {
  /** Number of bytes. */
  readonly size: number;
  /**
   * Reads `length` bytes from `offset` on. Readers must not change the returned bytes.
   *
   * @throws RangeError if they are outside the file; LacssError if the file cannot be read.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Random access to an array. Nothing is copied. */
export function bytesInMemory(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        return Promise.reject(
          new RangeError(`bytes ${offset} to ${offset + length}; expected at most ${bytes.length}`),
        );
      }
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}

/** Combines many small reads: a TIFF's tag lists are a few hundred bytes each. */
const windowBytes = 16384;

/** Keeps the last range read, so that small reads nearby need no further access. */
export function readAhead(source: RandomAccess): RandomAccess {
  let start = 0;
  let stretch: Uint8Array = new Uint8Array(0);
  return {
    size: source.size,
    read: async (offset, length) => {
      if (length >= windowBytes) return source.read(offset, length);
      const end = offset + length;
      if (offset < start || end > start + stretch.length) {
        stretch = await source.read(offset, Math.max(length, Math.min(windowBytes, source.size - offset)));
        start = offset;
      }
      return stretch.subarray(offset - start, end - start);
    },
  };
}
