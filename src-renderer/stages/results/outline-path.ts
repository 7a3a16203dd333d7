import type { ContourSet } from '../../../src-main/contract/pixels.ts';

/**
 * Contours as the `d` of an SVG path in image px.
 * @param isWanted whether the cell with this label is drawn
 * @param stepPx vertices nearer than this to the one before are left out
 */
export function outlinePath(
  { points, ringStarts, ringLabels }: ContourSet,
  isWanted: (label: number) => boolean,
  stepPx: number,
): string {
  const parts: string[] = [];
  for (const [ring, label] of ringLabels.entries()) {
    if (!isWanted(label)) continue;
    let letter = 'M';
    let [y, x] = [Infinity, Infinity];
    for (let i = ringStarts[ring] ?? 0; i < (ringStarts[ring + 1] ?? 0); i++) {
      const [nextY, nextX] = [points[2 * i] ?? 0, points[2 * i + 1] ?? 0];
      if (Math.hypot(nextY - y, nextX - x) < stepPx) continue;
      [y, x] = [nextY, nextX];
      parts.push(`${letter}${rounded(x)} ${rounded(y)}`);
      letter = 'L';
    }
    if (letter === 'L') parts.push('Z');
  }
  return parts.join('');
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
