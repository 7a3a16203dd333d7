import type { Mask } from '../../contract/pixels.ts';
import type { Stroke } from '../../contract/requests/foreground.ts';

/** A mask with strokes of brush and eraser drawn on it, in their order: a pixel is hit when its centre lies within the radius of the line. */
export function paintStrokes({ height, width, data }: Mask, strokes: readonly Stroke[]): Mask {
  const painted = Uint8Array.from(data);
  for (const { mode, radiusPx, path } of strokes) {
    const value = mode === 'add' ? 1 : 0;
    const last = Math.max(2, path.length - 2);
    for (let i = 0; i + 1 < path.length && i < last; i += 2) {
      const end = Math.min(i + 2, path.length - 2);
      paintSegment(path[i]!, path[i + 1]!, path[end]!, path[end + 1]!, radiusPx, value);
    }
  }
  return { height, width, data: painted };

  function paintSegment(y0: number, x0: number, y1: number, x1: number, radius: number, value: number): void {
    const [dy, dx] = [y1 - y0, x1 - x0];
    const length2 = dy * dy + dx * dx;
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - radius));
    const bottom = Math.min(height, Math.ceil(Math.max(y0, y1) + radius));
    const left = Math.max(0, Math.floor(Math.min(x0, x1) - radius));
    const right = Math.min(width, Math.ceil(Math.max(x0, x1) + radius));
    for (let i = top; i < bottom; i++) {
      for (let j = left; j < right; j++) {
        const [ey, ex] = [i + 0.5 - y0, j + 0.5 - x0];
        const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, (ey * dy + ex * dx) / length2));
        const [ry, rx] = [ey - along * dy, ex - along * dx];
        if (ry * ry + rx * rx <= radius * radius) painted[i * width + j] = value;
      }
    }
  }
}
