/** An incomplete pickle, or one with invalid instructions. */
export class BrokenPickle extends Error {}

/**
 * Reads the bytes of a pickle one after the other. All methods throw {@link BrokenPickle} if it ends too
 * early.
 */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #text = new TextDecoder();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** A signed number of any length, little-endian. */
  long(length: number): number | bigint {
    const bytes = this.take(length);
    let value = 0n;
    for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(Math.max(8, 8 * length), value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** A text after its length. */
  string(lengthBytes: 1 | 4 | 8): string {
    return this.#text.decode(this.take(this.number(lengthBytes)));
  }

  /** The text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new BrokenPickle('a line has no end');
    const text = this.#text.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  /** An unsigned number of this many bytes, little-endian. */
  number(bytes: 1 | 2 | 4 | 8): number {
    const at = this.#advance(bytes);
    switch (bytes) {
      case 1:
        return this.#view.getUint8(at);
      case 2:
        return this.#view.getUint16(at, true);
      case 4:
        return this.#view.getUint32(at, true);
      case 8:
        return Number(this.#view.getBigUint64(at, true));
    }
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A 4-byte signed number, little-endian. */
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** An 8-byte floating-point number, big-endian as Python writes it. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  #advance(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new BrokenPickle('it ends too early');
    this.#at = at + length;
    return at;
  }
}
