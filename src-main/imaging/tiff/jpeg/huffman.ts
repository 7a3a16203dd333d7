/** A Huffman code as a JPEG defines it, ready for decoding (ITU-T T.81, annex F.2.2.3). */
export interface HuffmanTable {
  /** By the next eight bits: code length << 8 | symbol, or 0 for longer codes. */
  short: Uint16Array;
  /** Largest code of each length, −1 where there is none; one past the longest stops the search. */
  largest: Int32Array;
  /** What to add to a code of each length to get the index of its symbol. */
  shift: Int32Array;
  symbols: Uint8Array;
}

/**
 * @param counts how many codes there are of each length 1 … 16.
 * @param symbols the symbols in the order of their codes.
 */
export function buildHuffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const short = new Uint16Array(256);
  const largest = new Int32Array(18).fill(-1);
  const shift = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    shift[length] = index - code;
    for (let i = 0; i < counts[length - 1]!; i++, code++, index++) {
      if (length > 8) continue;
      const first = code << (8 - length);
      short.fill((length << 8) | symbols[index]!, first, first + (1 << (8 - length)));
    }
    if (counts[length - 1]! > 0) largest[length] = code - 1;
    code <<= 1;
  }
  largest[17] = 0xfffff;
  return { short, largest, shift, symbols };
}

/** Reads bits from a JPEG's entropy-coded data, high bit first, and undoes the stuffing of 0xFF bytes. */
export class BitReader {
  readonly #data: Uint8Array;
  #at: number;
  #held = 0;
  #bits = 0;
  /** Of the bits held, how many are not in the data; a look ahead may see them, a read may not. */
  #madeUp = 0;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  /** @throws RangeError where the data end early or the code does not exist. */
  symbol(table: HuffmanTable): number {
    this.#fill();
    const known = table.short[(this.#held >>> (this.#bits - 8)) & 0xff]!;
    if (known !== 0) {
      this.#skip(known >> 8);
      return known & 0xff;
    }
    for (let length = 9; length <= 16; length++) {
      const code = (this.#held >>> (this.#bits - length)) & ((1 << length) - 1);
      if (code > table.largest[length]!) continue;
      this.#skip(length);
      return table.symbols[code + table.shift[length]!]!;
    }
    throw new RangeError('a code that does not exist');
  }

  /** A signed number of `size` bits, as the difference and coefficient codes have it. */
  signed(size: number): number {
    if (size === 0) return 0;
    this.#fill();
    const value = (this.#held >>> (this.#bits - size)) & ((1 << size) - 1);
    this.#skip(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** Passes a restart marker. */
  restart(): void {
    this.#held = 0;
    this.#bits = 0;
    this.#madeUp = 0;
    if (this.#data[this.#at] !== 0xff || (this.#data[this.#at + 1]! & 0xf8) !== 0xd0) {
      throw new RangeError('a restart marker is missing');
    }
    this.#at += 2;
  }

  /** Holds at least 16 bits, zeros beyond the end of the data. */
  #fill(): void {
    while (this.#bits <= 16) {
      const byte = this.#data[this.#at];
      const isData = byte !== undefined && (byte !== 0xff || this.#data[this.#at + 1] === 0);
      if (isData) this.#at += byte === 0xff ? 2 : 1;
      else this.#madeUp += 8;
      this.#held = (this.#held << 8) | (isData ? byte : 0);
      this.#bits += 8;
    }
  }

  #skip(count: number): void {
    this.#bits -= count;
    if (this.#bits < this.#madeUp) throw new RangeError('the data end early');
  }
}
