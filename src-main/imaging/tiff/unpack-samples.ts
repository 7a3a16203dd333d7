import type { PixelArray } from '../../contract/pixels.ts';
import { blockRowBytes, type PageLayout } from './page-layout.ts';
import { undoFloatingPointPredictor, undoHorizontalPredictor } from './undo-predictor.ts';

/** Reverses the bytes of every number, in place. */
function swapBytes(data: Uint8Array, size: number): void {
  for (let at = 0; at + size <= data.length; at += size) data.subarray(at, at + size).reverse();
}

/** The array that holds a page's samples: the smallest type that keeps every value the file can hold. */
export function allocateSamples(layout: Pick<PageLayout, 'kind' | 'bits'>, length: number): PixelArray {
  const { kind, bits } = layout;
  if (kind === 'float') return bits === 64 ? new Float64Array(length) : new Float32Array(length);
  // Integers of 64 bits: all that fit a double exactly; see `narrowWideIntegers`.
  if (bits === 64) return new Float64Array(length);
  if (kind === 'int') {
    return bits === 8 ? new Int8Array(length) : bits === 16 ? new Int16Array(length) : new Int32Array(length);
  }
  return bits <= 8 ? new Uint8Array(length) : bits <= 16 ? new Uint16Array(length) : new Uint32Array(length);
}

/**
 * Turns a decompressed strip or tile into numbers: undoes the predictor, the byte order and the packing of bits.
 *
 * @param data rows × blockRowBytes(layout) bytes, at the start of their own buffer; may be overwritten.
 * @returns rows × blockWidth × samples numbers.
 */
export function unpackSamples(data: Uint8Array, layout: PageLayout, rows: number): PixelArray {
  const { bits, kind } = layout;
  const perRow = layout.blockWidth * (layout.separate ? 1 : layout.samples);
  const count = rows * perRow;
  if (layout.predictor === 'floating-point') {
    data = undoFloatingPointPredictor(data, layout);
  } else if (bits % 8 === 0 && bits > 8 && !layout.littleEndian) {
    swapBytes(data, bits / 8);
  }
  if (layout.predictor === 'horizontal') undoHorizontalPredictor(data, layout);

  const { buffer, byteOffset } = data;
  if (kind === 'float') {
    if (bits === 32) return new Float32Array(buffer, byteOffset, count);
    if (bits === 64) return new Float64Array(buffer, byteOffset, count);
    return bits === 16 ? unpackHalves(data, count) : unpackFloats24(data, count);
  }
  switch (bits) {
    case 8:
      return kind === 'int' ? new Int8Array(buffer, byteOffset, count) : data.subarray(0, count);
    case 16:
      return kind === 'int'
        ? new Int16Array(buffer, byteOffset, count)
        : new Uint16Array(buffer, byteOffset, count);
    case 32:
      return kind === 'int'
        ? new Int32Array(buffer, byteOffset, count)
        : new Uint32Array(buffer, byteOffset, count);
    case 24:
      return Uint32Array.from(
        { length: count },
        (_, i) => data[3 * i]! | (data[3 * i + 1]! << 8) | (data[3 * i + 2]! << 16),
      );
    case 64:
      return unpackWideIntegers(
        kind === 'int'
          ? new BigInt64Array(buffer, byteOffset, count)
          : new BigUint64Array(buffer, byteOffset, count),
      );
    default:
      return unpackBits(data, layout, rows, perRow);
  }
}

/** Samples of up to 16 bits, packed from the high bit of each byte; each row begins on a byte. */
function unpackBits(data: Uint8Array, layout: PageLayout, rows: number, perRow: number): PixelArray {
  const { bits } = layout;
  const rowBytes = blockRowBytes(layout);
  const out = allocateSamples(layout, rows * perRow);
  for (let row = 0, o = 0; row < rows; row++) {
    let at = row * rowBytes;
    let held = 0;
    let heldBits = 0;
    for (let i = 0; i < perRow; i++, o++) {
      while (heldBits < bits) {
        held = (held << 8) | data[at++]!;
        heldBits += 8;
      }
      heldBits -= bits;
      out[o] = held >>> heldBits;
      held &= (1 << heldBits) - 1;
    }
  }
  return out;
}

/** IEEE 754 half precision, little-endian. */
function unpackHalves(data: Uint8Array, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const half = data[2 * i]! | (data[2 * i + 1]! << 8);
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}

/** Photoshop's 24-bit reals, little-endian: 1 sign bit, 7 of exponent (bias 63), 16 of fraction. */
function unpackFloats24(data: Uint8Array, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const high = data[3 * i + 2]!;
    const sign = high & 0x80 ? -1 : 1;
    const exponent = high & 0x7f;
    const fraction = data[3 * i]! | (data[3 * i + 1]! << 8);
    if (exponent === 127) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** -78 : sign * (65536 + fraction) * 2 ** (exponent - 79);
  });
}

/** Integers beyond ±2⁵³ are rounded here and refused in `narrowWideIntegers`. */
function unpackWideIntegers(wide: BigInt64Array | BigUint64Array): Float64Array {
  return Float64Array.from({ length: wide.length }, (_, i) => Number(wide[i]));
}
