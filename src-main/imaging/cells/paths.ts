import type { Box } from '../../contract/pixels.ts';
import { float64At, numberAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';

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

/** The longest path, in rows and columns of the image that it crosses: a scribble over 8192² px. */
const mostCrossed = 2 ** 23;
/** Comparisons of a path with cells or outlines that take a few seconds. */
const mostComparisons = 1e9;

/**
 * Refuses a path whose edit takes minutes or all memory.
 * @param comparisons how often the edit compares a position with a cell, or with a corner of an outline
 * @throws LacssError `annotation-invalid`
 */
export function requireShort(
  path: ArrayLike<number>,
  { height, width }: { height: number; width: number },
  comparisons = 0,
): void {
  let crossed = 0;
  for (let i = 0; i + 3 < path.length; i += 2) {
    crossed += shared(numberAt(path, i), numberAt(path, i + 2), height);
    crossed += shared(numberAt(path, i + 1), numberAt(path, i + 3), width);
  }
  if (crossed <= mostCrossed && comparisons <= mostComparisons) return;
  throw new LacssError('annotation-invalid', 'The line is too long. No cell was changed.', {
    remedy: 'Draw a shorter line, or correct the cell in several steps.',
  });
}

/** The length that the range between two positions shares with [0, size]. */
function shared(a: number, b: number, size: number): number {
  return Math.max(0, Math.min(size, Math.max(a, b)) - Math.max(0, Math.min(a, b)));
}

/** A path in the pixels of a box. */
export function pathWithin({ top, left }: Pick<Box, 'top' | 'left'>, path: ArrayLike<number>): Float64Array {
  return Float64Array.from(path, (value, i) => value - (i % 2 === 0 ? top : left));
}

/**
 * Calls back for the pixels that a path runs through, in its order. Successive pixels touch at least at a
 * corner, and may repeat. Pixels outside [0, height) × [0, width) are left out, and cost no time.
 * @param visit pixel, and its place on the path: vertex index plus the share of the segment after it
 */
export function tracePath(
  path: ArrayLike<number>,
  height: number,
  width: number,
  visit: (pixel: number, at: number) => void,
): void {
  for (let i = 0; i + 1 < path.length; i += 2) {
    const j = Math.min(i + 2, path.length - 2);
    const [y0, x0] = [numberAt(path, i), numberAt(path, i + 1)];
    const [dy, dx] = [numberAt(path, j) - y0, numberAt(path, j + 1) - x0];
    // Half a pixel per step skips no pixel except at a corner.
    const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(dy), Math.abs(dx))));
    const [from, to] = common(shareWithin(y0, dy, height), shareWithin(x0, dx, width));
    const last = Math.min(steps, Math.ceil(to * steps) + 1);
    for (let k = Math.max(0, Math.floor(from * steps) - 1); k <= last; k++) {
      const y = Math.floor(y0 + (dy * k) / steps);
      const x = Math.floor(x0 + (dx * k) / steps);
      if (y >= 0 && x >= 0 && y < height && x < width) visit(y * width + x, i / 2 + k / steps);
    }
  }
}

/** The part of a segment, as shares of its length, that is within [0, size] along one axis. */
function shareWithin(start: number, length: number, size: number): [from: number, to: number] {
  if (length === 0) return start >= 0 && start < size ? [0, 1] : [1, -1];
  const [a, b] = [-start / length, (size - start) / length];
  return [Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b))];
}

/** What two parts have in common; the end is before the start, by more than a step, if nothing. */
function common([a, b]: [number, number], [c, d]: [number, number]): [from: number, to: number] {
  const [from, to] = [Math.max(a, c), Math.min(b, d)];
  return from <= to ? [from, to] : [2, -2];
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
