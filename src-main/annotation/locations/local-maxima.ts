import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * The 4-connected local maxima of a plane [height, width] above `threshold`, as pixel indices, highest first;
 * equal ones in row order. A plateau of equal pixels without a higher neighbour is one maximum, at its pixel
 * nearest to its centre. A constant plane has none. A maximum may be at the image's edge.
 */
export function localMaxima(plane: FloatPlane, threshold: number): number[] {
  const { height, width, data } = plane;
  const maxima: number[] = [];
  const seen = new Set<number>(); // pixels of plateaus already visited
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = data[i]!;
      if (!(value > threshold)) continue;
      const up = y > 0 ? data[i - width]! : -Infinity;
      const down = y + 1 < height ? data[i + width]! : -Infinity;
      const left = x > 0 ? data[i - 1]! : -Infinity;
      const right = x + 1 < width ? data[i + 1]! : -Infinity;
      if (up > value || down > value || left > value || right > value) continue;
      if (up < value && down < value && left < value && right < value) {
        if (data.length > 1) maxima.push(i);
      } else if (!seen.has(i)) {
        const centre = plateauCentre(plane, i, seen);
        if (centre !== undefined) maxima.push(centre);
      }
    }
  }
  return maxima.sort((a, b) => data[b]! - data[a]! || a - b);
}

/**
 * Visits the plateau around a pixel. Returns its pixel nearest to the mean position, or nothing if a
 * neighbour is higher.
 */
function plateauCentre(
  { height, width, data }: FloatPlane,
  start: number,
  seen: Set<number>,
): number | undefined {
  const value = data[start]!;
  const plateau = [start];
  seen.add(start);
  let isMaximum = true;
  for (let next = 0; next < plateau.length; next++) {
    const i = plateau[next]!;
    const x = i % width;
    const neighbours = [
      ...(i >= width ? [i - width] : []),
      ...(x > 0 ? [i - 1] : []),
      ...(x + 1 < width ? [i + 1] : []),
      ...(i + width < data.length ? [i + width] : []),
    ];
    for (const neighbour of neighbours) {
      if (data[neighbour]! > value) isMaximum = false;
      if (data[neighbour] !== value || seen.has(neighbour)) continue;
      seen.add(neighbour);
      plateau.push(neighbour);
    }
  }
  if (!isMaximum || plateau.length === height * width) return undefined;
  let meanY = 0;
  let meanX = 0;
  for (const i of plateau) {
    meanY += Math.floor(i / width) / plateau.length;
    meanX += (i % width) / plateau.length;
  }
  const distance = (i: number) => (Math.floor(i / width) - meanY) ** 2 + ((i % width) - meanX) ** 2;
  return plateau.reduce((best, i) => (distance(i) < distance(best) ? i : best));
}
