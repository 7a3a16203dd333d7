import { missing } from '../../contract/elements.ts';
import type { Dtype, PixelArray } from '../../contract/pixels.ts';

/** Converts samples to an image's own numbers: `offset + scale * sample`. */
export interface DisplayScale {
  offset: number;
  scale: number;
}

/** One plane for display, in uint16 samples. */
export interface DisplayPlane extends DisplayScale {
  samples: Uint16Array;
}

/** The smallest and the largest finite number of a plane. */
export interface FiniteRange {
  min: number;
  max: number;
}

const largestSample = 65535;

/** Whether numbers of a dtype are shown unchanged, so that their range is not needed. */
export function isShownAsItIs(dtype: Dtype): boolean {
  return dtype === 'uint8' || dtype === 'uint16';
}

/**
 * Converts numbers of any dtype to 16 bits. Unsigned 8 and 16 bits keep their numbers. Other integers keep
 * them minus their minimum, if their range fits. Everything else is scaled from its minimum to its maximum.
 */
export function displayScale(dtype: Dtype, { min, max }: FiniteRange): DisplayScale {
  if (isShownAsItIs(dtype)) return { offset: 0, scale: 1 };
  const exact = !dtype.startsWith('float') && max - min <= largestSample;
  return { offset: min, scale: exact || max === min ? 1 : (max - min) / largestSample };
}

/** Numbers as 16-bit samples. NaN shows as the minimum. */
export function displaySamples(values: PixelArray, { offset, scale }: DisplayScale): Uint16Array {
  if (values instanceof Uint16Array) return values;
  if (values instanceof Uint8Array) return new Uint16Array(values);
  const samples = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const sample = Math.round(((values[i] ?? missing(values, i)) - offset) / scale);
    // NaN fails this comparison, too. Infinities become the nearer end.
    samples[i] = sample > 0 ? Math.min(sample, largestSample) : 0;
  }
  return samples;
}

/** Converts a whole plane to 16 bits; see {@link displayScale}. */
export function displayPlane(plane: PixelArray, dtype: Dtype): DisplayPlane {
  const scale = displayScale(dtype, isShownAsItIs(dtype) ? noRange : settled(widened(noRange, plane)));
  return { samples: displaySamples(plane, scale), ...scale };
}

/** The range of an empty set. */
export const noRange: FiniteRange = { min: Infinity, max: -Infinity };

/** Widens a range to the finite numbers of a part of a plane. */
export function widened({ min, max }: FiniteRange, values: PixelArray): FiniteRange {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? missing(values, i);
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** The range itself, or 0 … 0 without finite numbers. */
export function settled(range: FiniteRange): FiniteRange {
  return range.min <= range.max ? range : { min: 0, max: 0 };
}
