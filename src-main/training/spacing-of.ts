import { float32At, itemAt, numberAt } from '../contract/elements.ts';
import type { Locations } from '../contract/pixels.ts';
import type { CellCount } from './training-example.ts';

/**
 * The median distance of a location to the second nearest other one, in px. It is about the diameter of a
 * cell: 0.93 to 1.15 times that of 12 images of generated colonies, HeLa, 3T3, BMDM and MCF10A cells, and 1.3
 * to 1.6 times that of T98G cells, which lie apart.
 *
 * @returns 0 with fewer than three locations
 */
export function spacingOf(locations: Locations): number {
  const count = locations.length / 2;
  if (count < 3) return 0;
  const order = Array.from({ length: count }, (_, k) => k).sort(
    (a, b) => yOf(locations, a) - yOf(locations, b),
  );
  const distances = order.map((k, i) => {
    let [nearest, second] = [Infinity, Infinity];
    // Sorted by y: farther rows cannot be nearer than the second nearest so far.
    for (const step of [1, -1]) {
      for (let j = i + step; j >= 0 && j < count; j += step) {
        const other = itemAt(order, j);
        const dy = yOf(locations, other) - yOf(locations, k);
        if (dy * dy >= second) break;
        const square = dy * dy + (xOf(locations, other) - xOf(locations, k)) ** 2;
        if (square < nearest) [nearest, second] = [square, nearest];
        else second = Math.min(second, square);
      }
    }
    return Math.sqrt(second);
  });
  distances.sort((a, b) => a - b);
  const [low, high] = [Math.floor((count - 1) / 2), Math.ceil((count - 1) / 2)];
  return (numberAt(distances, low) + numberAt(distances, high)) / 2;
}

/** Cells of which only the locations are known: disks as wide as the spacing. */
export function pointCells(locations: Locations): CellCount {
  const count = locations.length / 2;
  return { pixels: count * (Math.PI / 4) * spacingOf(locations) ** 2, count };
}

const yOf = (locations: Locations, k: number): number => float32At(locations, 2 * k);
const xOf = (locations: Locations, k: number): number => float32At(locations, 2 * k + 1);
