import { float32At, uint32At } from '../contract/elements.ts';
import type { ContourSet } from '../contract/pixels.ts';

/**
 * The contours of some instances as the data of one SVG path, x before y, rounded to 0.1 px.
 * @param isWanted selects labels
 */
export function contourPath(
  { points, ringStarts, ringLabels }: ContourSet,
  isWanted: (label: number) => boolean,
): string {
  let path = '';
  for (let ring = 0; ring < ringLabels.length; ring += 1) {
    if (!isWanted(uint32At(ringLabels, ring))) continue;
    for (let i = uint32At(ringStarts, ring); i < uint32At(ringStarts, ring + 1); i += 1) {
      path += `${i === ringStarts[ring] ? 'M' : 'L'}${tenths(float32At(points, 2 * i + 1))} ${tenths(float32At(points, 2 * i))}`;
    }
    path += 'Z';
  }
  return path;
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}
