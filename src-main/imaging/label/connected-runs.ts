import type { Mask } from '../../contract/pixels.ts';

/** Neighbourhood of a pixel: 4 by sides, or 8 by sides and corners. */
export type Connectivity = 4 | 8;

/** The connected pieces of an image as runs along its rows, from top to bottom and from left to right. */
export interface ConnectedRuns {
  count: number;
  /** By run: its first pixel, and the one after its last. */
  starts: Int32Array;
  ends: Int32Array;
  /** By run: 1 … n in row order of the pieces' first pixels. */
  labels: Int32Array;
  /** Pixels of each piece, by label; 0 at 0. */
  areas: Int32Array;
}

/**
 * Finds the connected pieces of a mask [height, width], or those of its background.
 *
 * Runs that touch a run of the row above are joined in a union–find forest whose roots are the first runs: A.
 * Rosenfeld, J. L. Pfaltz, "Sequential Operations in Digital Picture Processing", Journal of the ACM 13(4),
 * 1966, pp. 471–494. An image has far fewer runs than pixels.
 */
export function connectedRuns(
  { height, width, data }: Mask,
  connectivity: Connectivity,
  of: 'mask' | 'background' = 'mask',
): ConnectedRuns {
  const isMask = of === 'mask';
  const room = countRuns(data, width, isMask);
  const starts = new Int32Array(room);
  const ends = new Int32Array(room);
  const parents = new Int32Array(room);
  const reach = connectivity === 8 ? 1 : 0;
  let count = 0;
  let above = 0; // the first run of the row above that can still touch
  for (let y = 0; y < height; y++) {
    const firstOfRow = count;
    const rowEnd = (y + 1) * width;
    for (let i = y * width; i < rowEnd;) {
      while (i < rowEnd && (data[i] !== 0) !== isMask) i++;
      if (i === rowEnd) break;
      const start = i;
      while (i < rowEnd && (data[i] !== 0) === isMask) i++;
      const run = count++;
      starts[run] = start;
      ends[run] = i;
      parents[run] = run;
      const from = start - width - reach;
      const to = i - width + reach;
      while (above < firstOfRow && ends[above]! <= from) above++;
      for (let other = above; other < firstOfRow && starts[other]! < to; other++) join(parents, other, run);
    }
    above = firstOfRow;
  }

  const labels = new Int32Array(count);
  let pieces = 0;
  for (let run = 0; run < count; run++) {
    const root = rootOf(parents, run);
    labels[run] = root === run ? ++pieces : labels[root]!;
  }
  const areas = new Int32Array(pieces + 1);
  for (let run = 0; run < count; run++) areas[labels[run]!]! += ends[run]! - starts[run]!;
  return { count, starts, ends, labels, areas };
}

function countRuns(data: Uint8Array, width: number, isMask: boolean): number {
  let count = 0;
  for (let row = 0; row < data.length; row += width) {
    let before = false;
    for (let i = row; i < row + width; i++) {
      const inside = (data[i] !== 0) === isMask;
      if (inside && !before) count++;
      before = inside;
    }
  }
  return count;
}

function join(parents: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

function rootOf(parents: Int32Array, run: number): number {
  let root = run;
  while (parents[root] !== root) root = parents[root]!;
  for (let next = run; next !== root;) {
    const parent = parents[next]!;
    parents[next] = root;
    next = parent;
  }
  return root;
}
