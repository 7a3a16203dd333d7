import type { Dtype, PixelArray } from '../../contract/pixels.ts';
import { unsupportedTiff } from './refusals.ts';

/** The smallest and the largest value. */
export interface ValueRange {
  low: number;
  high: number;
}

/** Extends a range to the values of some planes. */
export function rangeOf(planes: readonly PixelArray[], { low, high }: ValueRange): ValueRange {
  for (const plane of planes) {
    for (const value of plane) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return { low, high };
}

/**
 * The smallest of uint32, int32 and float64 for whole numbers of a range that were stored in 64 bits, as
 * NumPy stores labels.
 *
 * @throws LacssError `file-unsupported` if one is beyond ±2⁵³, the largest exact number.
 */
export function narrowestDtype({ low, high }: ValueRange, fileName: string): Dtype {
  if (low < Number.MIN_SAFE_INTEGER || high > Number.MAX_SAFE_INTEGER) {
    throw unsupportedTiff(fileName, 'it holds 64-bit integers beyond 2⁵³, which no measurement needs');
  }
  if (low >= 0 && high < 2 ** 32) return 'uint32';
  return low >= -(2 ** 31) && high < 2 ** 31 ? 'int32' : 'float64';
}
