/**
 * Signed area in px² of a closed ring of vertices packed y, x (shoelace formula). It is positive for rings
 * that run clockwise on the screen (y down), as outer rings do. It is negative for holes.
 */
export function ringArea(points: ArrayLike<number>): number {
  let doubled = 0;
  let y = points[points.length - 2]!;
  let x = points[points.length - 1]!;
  for (let i = 0; i < points.length; i += 2) {
    const nextY = points[i]!;
    const nextX = points[i + 1]!;
    doubled += x * nextY - nextX * y;
    y = nextY;
    x = nextX;
  }
  return doubled / 2;
}
