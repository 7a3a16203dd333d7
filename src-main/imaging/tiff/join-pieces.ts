import type { PixelArray } from '../../contract/pixels.ts';
import { viewForGeotiff } from './checked-directory.ts';
import type { PageLayout } from './page-layout.ts';

/**
 * Joins the pieces that a page was put to geotiff as; see `viewForGeotiff`.
 *
 * @param bands what geotiff read: for each of its samples, rows of width × pieces numbers.
 * @returns one array of rows × width a sample. Integers beyond ±2⁵³ are rounded here and refused in `narrowWideIntegers`.
 */
export function joinPieces(bands: PixelArray[], layout: PageLayout): PixelArray[] {
  if (viewForGeotiff(layout).pieces === 1) return bands;
  const { bits, samples, separate } = layout;
  const whole = bits % 8 === 0 ? bands.map((band) => joinBytes(band as Uint8Array, layout)) : bands;
  if (separate) return whole;
  const [sideBySide] = whole as [PixelArray];
  return Array.from({ length: samples }, (_, s) => sideBySide.filter((_, i) => i % samples === s));
}

/** Numbers of three or eight bytes. */
function joinBytes(bytes: Uint8Array, { bits, kind, littleEndian }: PageLayout): PixelArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length / (bits / 8);
  if (bits === 64) {
    return Float64Array.from({ length }, (_, i) =>
      Number(kind === 'int' ? view.getBigInt64(8 * i, littleEndian) : view.getBigUint64(8 * i, littleEndian)),
    );
  }
  const threeBytes = (_: unknown, i: number): number => {
    const [low, middle, high] = littleEndian ? [0, 1, 2] : [2, 1, 0];
    return bytes[3 * i + low]! | (bytes[3 * i + middle]! << 8) | (bytes[3 * i + high]! << 16);
  };
  return kind === 'float'
    ? Float32Array.from({ length }, (_, i) => real24(threeBytes(_, i)))
    : Uint32Array.from({ length }, threeBytes);
}

/** Photoshop's 24-bit reals: 1 sign bit, 7 of exponent (bias 63), 16 of fraction. */
function real24(stored: number): number {
  const sign = stored & 0x800000 ? -1 : 1;
  const exponent = (stored >> 16) & 127;
  const fraction = stored & 0xffff;
  if (exponent === 127) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -78 : sign * (65536 + fraction) * 2 ** (exponent - 79);
}
