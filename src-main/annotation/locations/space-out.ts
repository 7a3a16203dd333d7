import { numberAt } from '../../contract/elements.ts';
/**
 * Keeps the points that are at least `minDistancePx` from every point kept before, in the order given.
 * @param points packed y, x in px.
 * @returns the indices of the kept points, in the order given.
 */
export function spaceOut(points: ArrayLike<number>, minDistancePx: number): number[] {
  const kept: number[] = [];
  // A grid of squares of side `minDistancePx`: only nine squares need checking.
  const cells = new Map<string, number[]>();
  for (let p = 0; 2 * p < points.length; p++) {
    const y = numberAt(points, 2 * p);
    const x = numberAt(points, 2 * p + 1);
    const row = Math.floor(y / Math.max(1, minDistancePx));
    const column = Math.floor(x / Math.max(1, minDistancePx));
    let isFree = true;
    for (let r = row - 1; r <= row + 1 && isFree; r++) {
      for (let c = column - 1; c <= column + 1 && isFree; c++) {
        isFree = (cells.get(`${r} ${c}`) ?? []).every(
          (q) =>
            (numberAt(points, 2 * q) - y) ** 2 + (numberAt(points, 2 * q + 1) - x) ** 2 >= minDistancePx ** 2,
        );
      }
    }
    if (!isFree) continue;
    kept.push(p);
    const key = `${row} ${column}`;
    const cell = cells.get(key);
    if (cell) cell.push(p);
    else cells.set(key, [p]);
  }
  return kept;
}
