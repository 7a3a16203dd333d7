import { numberAt } from './elements.ts';

/** The largest area that the strokes of one request may paint, px²: one or two seconds of work. */
export const mostPaintedPx2 = 4e9;

/** The sum of the areas of a stroke's segments. */
export function paintedPx2({ path, radiusPx }: { path: ArrayLike<number>; radiusPx: number }): number {
  let area = 4 * radiusPx * radiusPx;
  for (let i = 0; i + 3 < path.length; i += 2) {
    const length = Math.hypot(
      numberAt(path, i + 2) - numberAt(path, i),
      numberAt(path, i + 3) - numberAt(path, i + 1),
    );
    area += 2 * radiusPx * (length + 2 * radiusPx);
  }
  return area;
}
