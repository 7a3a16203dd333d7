/**
 * Calls back for every run of pixels of one row whose centres are within `radiusPx` of a line, the trace of a
 * disc. It takes one step per row of each segment, for any radius. Runs of neighbouring segments overlap.
 *
 * @param path vertices packed y, x in image pixels; a single vertex is a disc.
 * @param visit row, first column, and the column after the last, within [0, height) × [0, width].
 */
export function sweepDisc(
  path: ArrayLike<number>,
  radiusPx: number,
  height: number,
  width: number,
  visit: (y: number, start: number, end: number) => void,
): void {
  const last = Math.max(2, path.length - 2);
  for (let i = 0; i + 1 < path.length && i < last; i += 2) {
    const end = Math.min(i + 2, path.length - 2);
    sweepSegment(path[i]!, path[i + 1]!, path[end]!, path[end + 1]!);
  }

  function sweepSegment(y0: number, x0: number, y1: number, x1: number): void {
    const [dy, dx] = [y1 - y0, x1 - x0];
    const length2 = dy * dy + dx * dx;
    const side = length2 === 0 ? 0 : radiusPx / Math.sqrt(length2);
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - radiusPx));
    const bottom = Math.min(height, Math.ceil(Math.max(y0, y1) + radiusPx));
    for (let i = top; i < bottom; i++) {
      const y = i + 0.5;
      // The crossings of the row with the end discs and the two straight sides. The sides are the segment,
      // moved by the radius.
      const [half0, half1] = [halfChord(radiusPx, y - y0), halfChord(radiusPx, y - y1)];
      const [onLeft, onRight] = [crossing(y, side), crossing(y, -side)];
      const first = Math.min(x0 - half0, x1 - half1, onLeft ?? Infinity, onRight ?? Infinity);
      const end = Math.max(x0 + half0, x1 + half1, onLeft ?? -Infinity, onRight ?? -Infinity);
      if (first > end) continue;
      // Pixels at the ends of the run are tested one by one, because of rounding.
      let from = Math.max(0, Math.floor(first - 1));
      let to = Math.min(width, Math.ceil(end + 1));
      while (from < to && !isHit(i, from)) from++;
      while (to > from && !isHit(i, to - 1)) to--;
      if (from < to) visit(i, from, to);
    }

    function isHit(i: number, j: number): boolean {
      const [ey, ex] = [i + 0.5 - y0, j + 0.5 - x0];
      const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (ey * dy + ex * dx) / length2));
      const [ry, rx] = [ey - along * dy, ex - along * dx];
      return ry * ry + rx * rx <= radiusPx * radiusPx;
    }

    /** The x at which the segment, moved sideways, has this y; null when it does not reach it. */
    function crossing(y: number, moved: number): number | null {
      const along = dy === 0 ? -1 : (y - y0 + moved * dx) / dy;
      return along >= 0 && along <= 1 ? x0 + moved * dy + along * dx : null;
    }
  }
}

/** Half the chord of a disc at a distance from its centre; -Infinity beyond the disc. */
function halfChord(radius: number, distance: number): number {
  const half2 = radius * radius - distance * distance;
  return half2 < 0 ? -Infinity : Math.sqrt(half2);
}
