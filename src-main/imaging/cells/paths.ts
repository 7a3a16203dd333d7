import type { Box } from '../../contract/pixels.ts';
import { float64At, numberAt } from '../../contract/elements.ts';

/** The smallest box of whole pixels around a path. */
export function boxOfPath(path: ArrayLike<number>): Box {
  const box: Box = { top: Infinity, left: Infinity, bottom: -Infinity, right: -Infinity };
  for (let i = 0; i + 1 < path.length; i += 2) {
    box.top = Math.min(box.top, Math.floor(numberAt(path, i)));
    box.left = Math.min(box.left, Math.floor(numberAt(path, i + 1)));
    box.bottom = Math.max(box.bottom, Math.floor(numberAt(path, i)) + 1);
    box.right = Math.max(box.right, Math.floor(numberAt(path, i + 1)) + 1);
  }
  return box;
}

/** A path in the pixels of a box. */
export function pathWithin({ top, left }: Pick<Box, 'top' | 'left'>, path: ArrayLike<number>): Float64Array {
  return Float64Array.from(path, (value, i) => value - (i % 2 === 0 ? top : left));
}

/**
 * Calls back for the pixels that a path runs through, in its order. Successive pixels touch at least at a
 * corner, and may repeat. Pixels outside [0, height) × [0, width) are left out.
 */
export function tracePath(
  path: ArrayLike<number>,
  height: number,
  width: number,
  visit: (pixel: number) => void,
): void {
  for (let i = 0; i + 1 < path.length; i += 2) {
    const j = Math.min(i + 2, path.length - 2);
    const [dy, dx] = [numberAt(path, j) - numberAt(path, i), numberAt(path, j + 1) - numberAt(path, i + 1)];
    // Half a pixel per step skips no pixel except at a corner.
    const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(dy), Math.abs(dx))));
    for (let k = 0; k <= steps; k++) {
      const y = Math.floor(numberAt(path, i) + (dy * k) / steps);
      const x = Math.floor(numberAt(path, i + 1) + (dx * k) / steps);
      if (y >= 0 && x >= 0 && y < height && x < width) visit(y * width + x);
    }
  }
}

/** A path with both ends continued straight on by `byPx`. */
export function extendEnds(path: ArrayLike<number>, byPx: number): Float64Array {
  const extended = Float64Array.from(path);
  const count = path.length / 2;
  const moveEnd = (end: number, inner: number): void => {
    const [dy, dx] = [
      numberAt(path, 2 * end) - numberAt(path, 2 * inner),
      numberAt(path, 2 * end + 1) - numberAt(path, 2 * inner + 1),
    ];
    const length = Math.hypot(dy, dx);
    if (length === 0) return;
    extended[2 * end] = float64At(extended, 2 * end) + (dy / length) * byPx;
    extended[2 * end + 1] = float64At(extended, 2 * end + 1) + (dx / length) * byPx;
  };
  if (count < 2) return extended;
  // The direction of the last few vertices, because a hand is unsteady.
  const back = Math.min(count - 1, 3);
  moveEnd(0, back);
  moveEnd(count - 1, count - 1 - back);
  return extended;
}
