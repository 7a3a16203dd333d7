import { float32At, numberAt } from '../contract/elements.ts';
import type { Locations } from '../contract/pixels.ts';

/**
 * Non-maximum suppression by distance. In order of falling score, it keeps each location that is at least
 * `distancePx` from all kept before. Equal scores keep their given order.
 *
 * @param locations packed y, x
 * @param scores one per location
 * @returns indices of the kept locations, highest score first
 */
export function suppressNeighbours(
  locations: Locations,
  scores: ArrayLike<number>,
  distancePx: number,
): number[] {
  const order = Array.from({ length: scores.length }, (_, k) => k).sort(
    (a, b) => numberAt(scores, b) - numberAt(scores, a),
  );
  if (!(distancePx > 0)) return order;
  // A grid of squares of side `distancePx`: a rival is in one of nine squares.
  const kept = new Map<string, number[]>();
  const square = (value: number): number => Math.floor(value / distancePx);

  function hasRival(y: number, x: number): boolean {
    for (let row = square(y) - 1; row <= square(y) + 1; row++) {
      for (let column = square(x) - 1; column <= square(x) + 1; column++) {
        for (const k of kept.get(`${row},${column}`) ?? []) {
          if (Math.hypot(float32At(locations, 2 * k) - y, float32At(locations, 2 * k + 1) - x) < distancePx)
            return true;
        }
      }
    }
    return false;
  }

  return order.filter((k) => {
    const [y, x] = [float32At(locations, 2 * k), float32At(locations, 2 * k + 1)];
    if (hasRival(y, x)) return false;
    const key = `${square(y)},${square(x)}`;
    const cell = kept.get(key);
    if (cell) cell.push(k);
    else kept.set(key, [k]);
    return true;
  });
}
