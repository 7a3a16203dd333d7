import { float32At, numberAt } from '../../src-main/contract/elements.ts';
import type { ContourSet } from '../../src-main/contract/pixels.ts';
import type { ShownBrightness } from './shown-brightness.ts';

/** Where an image is shown brighter than this, 0 … 1, light lines are hard to see. */
export const brightFrom = 0.5;
/** Enough places of a ring for its mean. */
const mostPlaces = 16;

/**
 * Finds the labels around which an image is bright: the mean along their lines decides.
 * @param brightness of the image; a boolean is the same everywhere
 * @returns 1 at each such label
 */
export function brightLabels(set: ContourSet, brightness: ShownBrightness | boolean): Uint8Array {
  const { points, ringStarts, ringLabels } = set;
  const count = ringLabels.reduce((most, label) => Math.max(most, label + 1), 0);
  if (typeof brightness === 'boolean') return new Uint8Array(count).fill(brightness ? 1 : 0);
  const { height, width, blockPx, values } = brightness;
  const sums = new Float32Array(count);
  const places = new Float32Array(count);
  for (let ring = 0; ring < ringLabels.length; ring++) {
    const [start, end] = [numberAt(ringStarts, ring), numberAt(ringStarts, ring + 1)];
    const label = numberAt(ringLabels, ring);
    const step = Math.max(1, Math.floor((end - start) / mostPlaces));
    for (let i = start; i < end; i += step) {
      const y = Math.min(height - 1, Math.max(0, Math.floor(float32At(points, 2 * i) / blockPx)));
      const x = Math.min(width - 1, Math.max(0, Math.floor(float32At(points, 2 * i + 1) / blockPx)));
      sums[label] = float32At(sums, label) + float32At(values, y * width + x);
      places[label] = float32At(places, label) + 1;
    }
  }
  return Uint8Array.from(sums, (sum, label) => (sum > brightFrom * float32At(places, label) ? 1 : 0));
}
