/**
 * Calls back for every run of pixels of one row whose centres are inside closed rings, by the even-odd rule.
 * This inverts the tracing of outlines along pixel sides, holes included. A centre on an edge counts as right
 * of it.
 *
 * @param rings vertices packed y, x in image pixels; a ring's last vertex connects to its first.
 * @param visit row, first column, and the column after the last, within [0, height) × [0, width].
 */
export function fillRings(
  rings: readonly ArrayLike<number>[],
  height: number,
  width: number,
  visit: (y: number, start: number, end: number) => void,
): void {
  const crossings = new Map<number, number[]>();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const j = i + 2 < ring.length ? i + 2 : 0;
      const y0 = ring[i]!;
      const x0 = ring[i + 1]!;
      const y1 = ring[j]!;
      const x1 = ring[j + 1]!;
      // Rows whose centre line crosses the edge: min ≤ y + 0.5 < max.
      const first = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
      const last = Math.min(height - 1, Math.ceil(Math.max(y0, y1) - 0.5) - 1);
      for (let y = first; y <= last; y++) {
        const x = x0 + ((y + 0.5 - y0) / (y1 - y0)) * (x1 - x0);
        const row = crossings.get(y);
        if (row === undefined) crossings.set(y, [x]);
        else row.push(x);
      }
    }
  }
  for (const [y, xs] of crossings) {
    xs.sort((a, b) => a - b);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const start = Math.max(0, Math.ceil(xs[i]! - 0.5));
      const end = Math.min(width, Math.ceil(xs[i + 1]! - 0.5));
      if (start < end) visit(y, start, end);
    }
  }
}
