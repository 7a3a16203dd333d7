import { float32At } from '../../contract/elements.ts';
import type { Mask } from '../../contract/pixels.ts';
import { gaussianFilter } from '../../imaging/filters/gaussian-filter.ts';
import { distanceTransform } from '../../imaging/morphology/distance-transform.ts';
import { localMaxima } from './local-maxima.ts';

/**
 * The radii of the largest disks that fit into a mask, largest first, none centred within another or in
 * padding.
 */
export function inscribedRadii(mask: Mask, padding: Uint8Array | null): number[] {
  const { height, width } = mask;
  const distances = distanceTransform(mask);
  const covered = new Uint8Array(mask.data.length);
  const radii: number[] = [];
  for (const centre of localMaxima(gaussianFilter(distances, 1), 0)) {
    if (covered[centre] !== 0 || (padding !== null && padding[centre] !== 0)) continue;
    const radius = float32At(distances.data, centre);
    radii.push(radius);
    const centreY = Math.floor(centre / width);
    const centreX = centre % width;
    for (let y = Math.max(0, Math.ceil(centreY - radius)); y <= Math.min(height - 1, centreY + radius); y++) {
      const half = Math.floor(Math.sqrt(radius ** 2 - (y - centreY) ** 2));
      covered.fill(
        1,
        y * width + Math.max(0, centreX - half),
        y * width + Math.min(width, centreX + half + 1),
      );
    }
  }
  return radii;
}
