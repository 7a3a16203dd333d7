/**
 * Keeps of a list of points those that lie at least `minDistancePx` from every point kept before them: the first come first.
 * @param points packed y, x in px.
 * @returns the indices of the kept points, in their order.
 */
export function spaceOut(points: ArrayLike<number>, minDistancePx: number): number[] {
  const kept: number[] = [];
  const cells = new Map<string, number[]>(); // squares of the minimum distance's side: only nine need a look
  for (let p = 0; 2 * p < points.length; p++) {
    const y = points[2 * p]!;
    const x = points[2 * p + 1]!;
    const row = Math.floor(y / Math.max(1, minDistancePx));
    const column = Math.floor(x / Math.max(1, minDistancePx));
    let isFree = true;
    for (let r = row - 1; r <= row + 1 && isFree; r++) {
      for (let c = column - 1; c <= column + 1 && isFree; c++) {
        isFree = (cells.get(`${r} ${c}`) ?? []).every(
          (q) => (points[2 * q]! - y) ** 2 + (points[2 * q + 1]! - x) ** 2 >= minDistancePx ** 2,
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
