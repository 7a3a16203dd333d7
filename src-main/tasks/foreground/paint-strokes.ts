import { LacssError } from '../../contract/errors.ts';
import { fillBits } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { Stroke } from '../../contract/requests/foreground.ts';

/**
 * A mask with strokes of brush and eraser drawn on it, in their order: a pixel is hit when its centre lies
 * within the radius of the line. Costs one fill per row of a segment, whatever the radius.
 * @throws LacssError `annotation-invalid` for a stroke that goes further outside the image than its radius
 */
export function paintStrokes({ height, width, bits }: PackedMask, strokes: readonly Stroke[]): PackedMask {
  for (const stroke of strokes) requireNear(stroke, height, width);
  const painted = bits.slice();
  for (const { mode, radiusPx, path } of strokes) {
    const value = mode === 'add' ? 1 : 0;
    const last = Math.max(2, path.length - 2);
    for (let i = 0; i + 1 < path.length && i < last; i += 2) {
      const end = Math.min(i + 2, path.length - 2);
      paintSegment(path[i]!, path[i + 1]!, path[end]!, path[end + 1]!, radiusPx, value);
    }
  }
  return { height, width, bits: painted };

  function paintSegment(y0: number, x0: number, y1: number, x1: number, radius: number, value: 0 | 1): void {
    const [dy, dx] = [y1 - y0, x1 - x0];
    const length2 = dy * dy + dx * dx;
    const side = length2 === 0 ? 0 : radius / Math.sqrt(length2);
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - radius));
    const bottom = Math.min(height, Math.ceil(Math.max(y0, y1) + radius));
    for (let i = top; i < bottom; i++) {
      const y = i + 0.5;
      // Where the row crosses the end discs and the two straight sides: the segment, moved by the radius to
      // either side.
      const [half0, half1] = [halfChord(radius, y - y0), halfChord(radius, y - y1)];
      const [onLeft, onRight] = [crossing(y, side), crossing(y, -side)];
      const first = Math.min(x0 - half0, x1 - half1, onLeft ?? Infinity, onRight ?? Infinity);
      const end = Math.max(x0 + half0, x1 + half1, onLeft ?? -Infinity, onRight ?? -Infinity);
      if (first > end) continue;
      // Rounding may go either way where the span ends: the pixels there are asked for one by one.
      let from = Math.max(0, Math.floor(first - 1));
      let to = Math.min(width, Math.ceil(end + 1));
      while (from < to && !isHit(i, from)) from++;
      while (to > from && !isHit(i, to - 1)) to--;
      fillBits(painted, value, i * width + from, i * width + to);
    }

    function isHit(i: number, j: number): boolean {
      const [ey, ex] = [i + 0.5 - y0, j + 0.5 - x0];
      const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (ey * dy + ex * dx) / length2));
      const [ry, rx] = [ey - along * dy, ex - along * dx];
      return ry * ry + rx * rx <= radius * radius;
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

function requireNear({ path, radiusPx }: Stroke, height: number, width: number): void {
  for (let i = 0; i + 1 < path.length; i += 2) {
    const [y, x] = [path[i]!, path[i + 1]!];
    const isNear = y >= -radiusPx && x >= -radiusPx && y <= height + radiusPx && x <= width + radiusPx;
    // Written so that what is no number is refused too.
    if (isNear) continue;
    throw new LacssError(
      'annotation-invalid',
      `A stroke goes to y ${y}, x ${x}, which is outside the image.`,
      {
        remedy: `Paint within ${height} × ${width} px.`,
      },
    );
  }
}
