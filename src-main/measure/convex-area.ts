import { itemAt } from '../contract/elements.ts';
import type { LabelRegion } from './label-region.ts';

/** Tolerance for centres on the hull itself. */
const onHull = 1e-9;

/**
 * Area of the convex hull in pixels, like `skimage.morphology.convex_hull_image`. The hull is that of the
 * midpoints of the region's pixel sides. A pixel counts if its centre is inside or on it.
 */
export function convexArea(region: LabelRegion): number {
  const points: [y: number, x: number][] = [];
  const { runs } = region;
  for (let i = 0; i < runs.length;) {
    const { y, start: first } = itemAt(runs, i);
    while (i < runs.length && itemAt(runs, i).y === y) i++;
    const last = itemAt(runs, i - 1).end - 1;
    points.push(
      [y, first - 0.5],
      [y, last + 0.5],
      [y - 0.5, first],
      [y + 0.5, first],
      [y - 0.5, last],
      [y + 0.5, last],
    );
  }
  const hull = convexHull(points);
  let area = 0;
  for (let y = region.top; y <= region.bottom; y++) {
    let start = Infinity;
    let end = -Infinity;
    for (let i = 0; i < hull.length; i++) {
      const [y0, x0] = itemAt(hull, i);
      const [y1, x1] = itemAt(hull, (i + 1) % hull.length);
      if (Math.min(y0, y1) > y || Math.max(y0, y1) < y) continue;
      const x = y0 === y1 ? x0 : x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      start = Math.min(start, x);
      end = Math.max(end, x);
    }
    area += Math.floor(end + onHull) - Math.ceil(start - onHull) + 1;
  }
  return area;
}

/**
 * A. M. Andrew, "Another efficient algorithm for convex hulls in two dimensions", Information Processing
 * Letters 9(5), 1979.
 */
function convexHull(points: readonly [number, number][]): [number, number][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: readonly [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(
  a: readonly [number, number],
  b: readonly [number, number],
  c: readonly [number, number],
): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
