import type { Dtype, PixelArray } from '../../contract/pixels.ts';

/** One plane as it is shown: uint16 samples; the image's own number is `offset + scale * sample`. */
export interface DisplayPlane {
  samples: Uint16Array;
  offset: number;
  scale: number;
}

const largestSample = 65535;

/**
 * Brings a plane of any dtype to 16 bits for display. Unsigned 8 and 16 bits keep their numbers; other integers too, less
 * their minimum, where their range allows; everything else is scaled from its minimum to its maximum. NaN shows as the minimum.
 */
export function displayPlane(plane: PixelArray, dtype: Dtype): DisplayPlane {
  if (plane instanceof Uint16Array) return { samples: plane, offset: 0, scale: 1 };
  if (plane instanceof Uint8Array) return { samples: Uint16Array.from(plane), offset: 0, scale: 1 };
  const { min, max } = finiteRange(plane);
  const exact = !dtype.startsWith('float') && max - min <= largestSample;
  const scale = exact || max === min ? 1 : (max - min) / largestSample;
  const samples = new Uint16Array(plane.length);
  for (let i = 0; i < plane.length; i++) {
    const sample = Math.round((plane[i]! - min) / scale);
    // A comparison that NaN fails, too; infinities end at the nearer end.
    samples[i] = sample > 0 ? Math.min(sample, largestSample) : 0;
  }
  return { samples, offset: min, scale };
}

function finiteRange(plane: PixelArray): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of plane) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}
