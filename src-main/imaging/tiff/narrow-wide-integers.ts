import type { PixelArray } from '../../contract/pixels.ts';
import { unsupportedTiff } from './refusals.ts';

/**
 * Puts whole numbers that were stored in 64 bits, as NumPy stores labels, into the smallest of uint32, int32 and float64
 * that holds all of them.
 *
 * @throws LacssError `file-unsupported` where one is beyond ±2⁵³, more than a number can hold exactly.
 */
export function narrowWideIntegers(planes: readonly PixelArray[], fileName: string): PixelArray[] {
  let low = 0;
  let high = 0;
  for (const plane of planes) {
    for (const value of plane) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low < Number.MIN_SAFE_INTEGER || high > Number.MAX_SAFE_INTEGER) {
    throw unsupportedTiff(fileName, 'it holds 64-bit integers beyond 2⁵³, which no measurement needs');
  }
  if (low >= 0 && high < 2 ** 32) return planes.map((plane) => new Uint32Array(plane));
  if (low >= -(2 ** 31) && high < 2 ** 31) return planes.map((plane) => new Int32Array(plane));
  return [...planes];
}
