import type { Box, ContourSet } from '../../src-main/contract/pixels.ts';

export const floatsPerVertex = 4;

/** Successive vertices: whole rings. */
export interface VertexRange {
  first: number;
  count: number;
}

/** Successive segments; segment i runs from vertex i to vertex i + 1. */
export interface SegmentRange {
  first: number;
  count: number;
}

/** The rings of one square of the image, and the box around them, image px. */
export interface ContourPart extends VertexRange, Box {}

export interface ContourVertices {
  /** y, x, length along the ring so far (image px), label; each ring closed by its first vertex again. */
  vertices: Float32Array;
  /** y, x of the first vertex of each vertex's ring. */
  anchors: Float32Array;
  count: number;
  maxLabel: number;
  /** All rings, square by square in row order, so that only visible ones need to be painted. */
  parts: ContourPart[];
  /**
   * Top, left, bottom and right of each group of successive segments, image px. The outline of a foreground
   * may wind through the whole image, and only a piece of it is visible.
   */
  boxes: Float32Array;
  /** The rings of each label. */
  ringsOf: ReadonlyMap<number, readonly VertexRange[]>;
}

/** Side of the squares, image px: a few cells. */
const squarePx = 128;
const rowSquares = 2 ** 20;
/** Segments of a group. */
const groupSize = 32;
/** Up to this many segments out of view are painted, too, because another draw call costs as much. */
const mostBetween = 256;

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
    boxes: groupBoxes(vertices, at),
    ringsOf,
  };
}

function groupBoxes(vertices: Float32Array, count: number): Float32Array {
  const groups = Math.ceil(Math.max(0, count - 1) / groupSize);
  const boxes = new Float32Array(4 * groups);
  for (let group = 0; group < groups; group++) {
    let [top, left, bottom, right] = [Infinity, Infinity, -Infinity, -Infinity];
    const end = Math.min(count - 1, (group + 1) * groupSize);
    for (let i = group * groupSize; i <= end; i++) {
      const y = vertices[floatsPerVertex * i]!;
      const x = vertices[floatsPerVertex * i + 1]!;
      top = Math.min(top, y);
      left = Math.min(left, x);
      bottom = Math.max(bottom, y);
      right = Math.max(right, x);
    }
    boxes.set([top, left, bottom, right], 4 * group);
  }
  return boxes;
}

/** The segments whose groups meet a box, image px, in few ranges. @param boxes of `contourVertices` */
export function visibleSegments(boxes: Float32Array, box: Box): SegmentRange[] {
  const ranges: SegmentRange[] = [];
  for (let group = 0; 4 * group < boxes.length; group++) {
    const at = 4 * group;
    if (boxes[at]! > box.bottom || boxes[at + 2]! < box.top) continue;
    if (boxes[at + 1]! > box.right || boxes[at + 3]! < box.left) continue;
    const first = group * groupSize;
    const last = ranges.at(-1);
    if (last && first - last.first - last.count <= mostBetween) last.count = first + groupSize - last.first;
    else ranges.push({ first, count: groupSize });
  }
  return ranges;
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
export function visibleRanges(parts: readonly ContourPart[], box: Box): VertexRange[] {
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
