import { float32At, itemAt, numberAt } from '../contract/elements.ts';
import type { Locations } from '../contract/pixels.ts';

/**
 * The median distance of a location to the nearest other one, in px. It is the diameter of cells that touch
 * each other. Separate cells are smaller.
 *
 * @returns 0 with fewer than two locations
 */
export function spacingOf(locations: Locations): number {
  const count = locations.length / 2;
  if (count < 2) return 0;
  const order = Array.from({ length: count }, (_, k) => k).sort(
    (a, b) => yOf(locations, a) - yOf(locations, b),
  );
  const nearest = order.map((k, i) => {
    let best = Infinity;
    // Sorted by y: farther rows cannot be nearer than the best so far.
    for (const step of [1, -1]) {
      for (let j = i + step; j >= 0 && j < count; j += step) {
        const other = itemAt(order, j);
        const dy = yOf(locations, other) - yOf(locations, k);
        if (dy * dy >= best) break;
        best = Math.min(best, dy * dy + (xOf(locations, other) - xOf(locations, k)) ** 2);
      }
    }
    return Math.sqrt(best);
  });
  nearest.sort((a, b) => a - b);
  return (numberAt(nearest, Math.floor((count - 1) / 2)) + numberAt(nearest, Math.ceil((count - 1) / 2))) / 2;
}

const yOf = (locations: Locations, k: number): number => float32At(locations, 2 * k);
const xOf = (locations: Locations, k: number): number => float32At(locations, 2 * k + 1);
