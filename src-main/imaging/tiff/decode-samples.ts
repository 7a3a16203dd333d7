import type { Dtype, PixelArray } from '../../contract/pixels.ts';
import type { PageLayout } from './page-layout.ts';

/** The properties of a page that define how bytes become numbers. */
type Format = Pick<
  PageLayout,
  'bits' | 'kind' | 'predictor' | 'littleEndian' | 'samples' | 'separate' | 'blockWidth'
>;

/**
 * The dtype of a page's numbers. 64-bit integers become float64; `narrowWideIntegers` finds a smaller one.
 */
export function dtypeOf({ bits, kind }: Pick<PageLayout, 'bits' | 'kind'>): Dtype {
  if (bits === 64) return 'float64';
  if (kind === 'float') return 'float32';
  const size = bits <= 8 ? 8 : bits <= 16 ? 16 : 32;
  return `${kind}${size}`;
}

/**
 * Converts the decompressed rows of a strip or tile to numbers: undoes predictor, byte order and packing.
 *
 * @param bytes whole rows; not changed.
 * @returns rows × blockWidth × samples numbers, interleaved if the page stores them so.
 */
export function decodeSamples(format: Format, bytes: Uint8Array): PixelArray {
  const { bits, kind, predictor } = format;
  if (bits % 8 !== 0) return unpackBits(format, bytes);
  if (bits === 8 && predictor === 'none') {
    return kind === 'int' ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes;
  }
  const own = new Uint8Array(bytes);
  const perPixel = format.separate ? 1 : format.samples;
  const rowValues = format.blockWidth * perPixel;
  if (predictor === 'floating-point') sumFloatBytes(own, rowValues, perPixel, bits / 8);
  else if (!format.littleEndian) swapBytes(own, bits);
  if (predictor === 'horizontal') sumNeighbours(own, rowValues, perPixel, bits);
  return numbersIn(own, bits, kind);
}

function swapBytes(bytes: Uint8Array, bits: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bits === 16) buffer.swap16();
  else if (bits === 32) buffer.swap32();
  else if (bits === 64) buffer.swap64();
  else if (bits === 24)
    for (let at = 0; at + 3 <= bytes.length; at += 3) bytes.subarray(at, at + 3).reverse();
}

/** Little-endian bytes as numbers. */
function numbersIn({ buffer, length }: Uint8Array, bits: number, kind: PageLayout['kind']): PixelArray {
  switch (bits) {
    case 8:
      return kind === 'int' ? new Int8Array(buffer, 0, length) : new Uint8Array(buffer, 0, length);
    case 16: {
      if (kind === 'int') return new Int16Array(buffer);
      const words = new Uint16Array(buffer);
      return kind === 'float' ? Float32Array.from(words, halfToNumber) : words;
    }
    case 24: {
      const bytes = new Uint8Array(buffer, 0, length);
      const at = (_: unknown, i: number): number =>
        bytes[3 * i]! | (bytes[3 * i + 1]! << 8) | (bytes[3 * i + 2]! << 16);
      const list = { length: length / 3 };
      return kind === 'float'
        ? Float32Array.from(list, (_, i) => real24(at(_, i)))
        : Uint32Array.from(list, at);
    }
    case 32:
      if (kind === 'float') return new Float32Array(buffer);
      return kind === 'int' ? new Int32Array(buffer) : new Uint32Array(buffer);
    default:
      if (kind === 'float') return new Float64Array(buffer);
      // Integers beyond ±2⁵³ are rounded here and rejected in `narrowWideIntegers`.
      return kind === 'int'
        ? Float64Array.from(new BigInt64Array(buffer), Number)
        : Float64Array.from(new BigUint64Array(buffer), Number);
  }
}

/** Samples of partial bytes, packed from the high bit; each row begins on a byte. */
function unpackBits({ bits, samples, separate, blockWidth }: Format, bytes: Uint8Array): PixelArray {
  const rowValues = blockWidth * (separate ? 1 : samples);
  const rowBytes = Math.ceil((rowValues * bits) / 8);
  const rows = Math.floor(bytes.length / rowBytes);
  const out = bits <= 8 ? new Uint8Array(rows * rowValues) : new Uint16Array(rows * rowValues);
  const mask = 2 ** bits - 1;
  for (let row = 0; row < rows; row++) {
    let at = row * rowBytes;
    let reservoir = 0;
    let held = 0;
    for (let i = row * rowValues; i < (row + 1) * rowValues; i++) {
      while (held < bits) {
        reservoir = ((reservoir << 8) | bytes[at++]!) & 0xffffff;
        held += 8;
      }
      held -= bits;
      out[i] = (reservoir >>> held) & mask;
    }
  }
  return out;
}

/**
 * Undoes TIFF's predictor 2 (TIFF Revision 6.0, section 14): each value is stored as the difference from its
 * left neighbour.
 */
function sumNeighbours(bytes: Uint8Array, rowValues: number, perPixel: number, bits: number): void {
  const { buffer } = bytes;
  const values =
    bits === 8 ? new Uint8Array(buffer) : bits === 16 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  for (let row = 0; row + rowValues <= values.length; row += rowValues) {
    for (let i = row + perPixel; i < row + rowValues; i++) values[i]! += values[i - perPixel]!;
  }
}

/**
 * Undoes predictor 3: a row holds the highest bytes of all its values, then the next lower ones, as
 * differences. The result is little-endian.
 *
 * Source: Adobe Photoshop TIFF Technical Note 3, 2005.
 */
function sumFloatBytes(bytes: Uint8Array, rowValues: number, perPixel: number, valueBytes: number): void {
  const rowBytes = rowValues * valueBytes;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let i = row + perPixel; i < row + rowBytes; i++) bytes[i]! += bytes[i - perPixel]!;
    const apart = bytes.slice(row, row + rowBytes);
    for (let i = 0; i < rowValues; i++) {
      for (let b = 0; b < valueBytes; b++) {
        bytes[row + i * valueBytes + b] = apart[(valueBytes - b - 1) * rowValues + i]!;
      }
    }
  }
}

/** IEEE 754 binary16. */
function halfToNumber(stored: number): number {
  return shortReal(stored, 5, 10);
}

/** Photoshop's 24-bit reals. */
function real24(stored: number): number {
  return shortReal(stored, 7, 16);
}

/** A real of 1 sign bit, then the exponent, then the fraction, as in IEEE 754. */
function shortReal(stored: number, exponentBits: number, fractionBits: number): number {
  const one = 2 ** fractionBits;
  const largest = 2 ** exponentBits - 1;
  const sign = (stored >> (exponentBits + fractionBits)) & 1 ? -1 : 1;
  const exponent = (stored >> fractionBits) & largest;
  const fraction = stored & (one - 1);
  if (exponent === largest) return fraction === 0 ? sign * Infinity : NaN;
  const bias = largest >> 1;
  const scale = 2 ** (Math.max(1, exponent) - bias - fractionBits);
  return sign * (exponent === 0 ? fraction : one + fraction) * scale;
}
