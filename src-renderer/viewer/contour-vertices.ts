import type { ContourSet } from '../../src-main/contract/pixels.ts';

export const floatsPerVertex = 4;

/** Successive vertices: whole rings. */
export interface VertexRange {
  first: number;
  count: number;
}

/** The rings of one square of the image, and the box around them, image px. */
export interface ContourPart extends VertexRange {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface ContourVertices {
  /** y, x, length along the ring so far (image px), label; each ring closed by its first vertex again. */
  vertices: Float32Array;
  /** y, x of the first vertex of each vertex's ring. */
  anchors: Float32Array;
  count: number;
  maxLabel: number;
  /** All rings, square by square in row order, so that only visible ones need to be painted. */
  parts: ContourPart[];
  /** The rings of each label. */
  ringsOf: ReadonlyMap<number, readonly VertexRange[]>;
}

/** Side of the squares, image px: a few cells. */
const squarePx = 128;
const rowSquares = 2 ** 20;

/**
 * The vertices of contours for the GPU. Segment i runs from vertex i to vertex i + 1. If the length at i + 1
 * is 0, another ring starts there.
 * @param tolerancePx how far, in image px, a point may lie from a line that leaves it out; 0 keeps every
 *   point
 */
export function contourVertices(
  { points, ringStarts, ringLabels }: ContourSet,
  tolerancePx = 0,
): ContourVertices {
  const rings = ringLabels.length;
  const count = points.length / 2 + rings;
  const vertices = new Float32Array(count * floatsPerVertex);
  const anchors = new Float32Array(count * 2);
  const parts: ContourPart[] = [];
  const ringsOf = new Map<number, VertexRange[]>();
  let maxLabel = 0;
  let at = 0;
  let lastSquare = -1;
  for (const ring of bySquare(points, ringStarts, rings)) {
    const start = ringStarts[ring]!;
    const end = ringStarts[ring + 1]!;
    if (end === start) continue;
    const label = ringLabels[ring]!;
    maxLabel = Math.max(maxLabel, label);
    const firstY = points[2 * start]!;
    const firstX = points[2 * start + 1]!;
    let previousY = firstY;
    let previousX = firstX;
    let length = 0;
    let kept = start;
    const first = at;
    const square = squareOf(firstY, firstX);
    if (square !== lastSquare) {
      parts.push({ first, count: 0, top: firstY, left: firstX, bottom: firstY, right: firstX });
    }
    lastSquare = square;
    const part = parts.at(-1)!;
    for (let i = start; i <= end; i++) {
      const y = i === end ? firstY : points[2 * i]!;
      const x = i === end ? firstX : points[2 * i + 1]!;
      length += Math.hypot(y - previousY, x - previousX);
      previousY = y;
      previousX = x;
      part.top = Math.min(part.top, y);
      part.left = Math.min(part.left, x);
      part.bottom = Math.max(part.bottom, y);
      part.right = Math.max(part.right, x);
      if (i > start && i < end && !isCorner(points, kept, i, end, tolerancePx)) continue;
      kept = i;
      vertices[4 * at] = y;
      vertices[4 * at + 1] = x;
      vertices[4 * at + 2] = length;
      vertices[4 * at + 3] = label;
      anchors[2 * at] = firstY;
      anchors[2 * at + 1] = firstX;
      at++;
    }
    part.count = at - part.first;
    const own = ringsOf.get(label);
    if (own) own.push({ first, count: at - first });
    else ringsOf.set(label, [{ first, count: at - first }]);
  }
  return {
    vertices: vertices.subarray(0, at * floatsPerVertex),
    anchors: anchors.subarray(0, at * 2),
    count: at,
    maxLabel,
    parts,
    ringsOf,
  };
}

function squareOf(y: number, x: number): number {
  return Math.floor(y / squarePx) * rowSquares + Math.floor(x / squarePx);
}

/** The rings in the order of the squares that their first vertices are in. */
function bySquare(points: Float32Array, ringStarts: Uint32Array, rings: number): Uint32Array {
  const squares = Float64Array.from({ length: rings }, (_, ring) => {
    const start = ringStarts[ring]!;
    return squareOf(points[2 * start] ?? 0, points[2 * start + 1] ?? 0);
  });
  return Uint32Array.from(squares.keys()).sort((a, b) => squares[a]! - squares[b]! || a - b);
}

/**
 * The vertices of the parts that meet a box, image px. Neighbouring ranges are joined, because each costs a
 * draw call.
 */
export function visibleRanges(
  parts: readonly ContourPart[],
  box: Pick<ContourPart, 'top' | 'left' | 'bottom' | 'right'>,
): VertexRange[] {
  const ranges: VertexRange[] = [];
  for (const { first, count, top, left, bottom, right } of parts) {
    if (top > box.bottom || bottom < box.top || left > box.right || right < box.left) continue;
    const last = ranges.at(-1);
    if (last && last.first + last.count === first) last.count += count;
    else ranges.push({ first, count });
  }
  return ranges;
}

/** The most points that one line may leave out. Checking more takes longer than it saves. */
const longestRun = 16;

/** Whether point i is needed: without it the line between its neighbours would miss a point by too much. */
function isCorner(points: Float32Array, kept: number, i: number, end: number, tolerancePx: number): boolean {
  if (tolerancePx <= 0 || i - kept >= longestRun) return true;
  // The ring closes with its first point, so the last point stays.
  if (i + 1 >= end) return true;
  const y = points[2 * kept]!;
  const x = points[2 * kept + 1]!;
  const dy = points[2 * (i + 1)]! - y;
  const dx = points[2 * (i + 1) + 1]! - x;
  const reach = Math.hypot(dy, dx);
  for (let j = kept + 1; j <= i; j++) {
    const fromY = points[2 * j]! - y;
    const fromX = points[2 * j + 1]! - x;
    const off = reach > 0 ? Math.abs(fromY * dx - fromX * dy) / reach : Math.hypot(fromY, fromX);
    if (off > tolerancePx) return true;
  }
  return false;
}
