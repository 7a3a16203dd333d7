import type { ContourSet } from '../../src-main/contract/pixels.ts';

export const floatsPerVertex = 4;

export interface ContourVertices {
  /** y, x, length along the ring so far (image px), label; each ring closed by its first vertex again. */
  vertices: Float32Array;
  /** y, x of the first vertex of each vertex's ring. */
  anchors: Float32Array;
  count: number;
  maxLabel: number;
}

/**
 * The vertices of contours for the GPU: segment i runs from vertex i to vertex i + 1, unless the length at i
 * + 1 is 0, where another ring starts.
 * @param tolerancePx how far, in image px, a point may lie from a line that leaves it out; 0 keeps every
 * point
 */
export function contourVertices(
  { points, ringStarts, ringLabels }: ContourSet,
  tolerancePx = 0,
): ContourVertices {
  const rings = ringLabels.length;
  const count = points.length / 2 + rings;
  const vertices = new Float32Array(count * floatsPerVertex);
  const anchors = new Float32Array(count * 2);
  let maxLabel = 0;
  let at = 0;
  for (let ring = 0; ring < rings; ring++) {
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
    for (let i = start; i <= end; i++) {
      const y = i === end ? firstY : points[2 * i]!;
      const x = i === end ? firstX : points[2 * i + 1]!;
      length += Math.hypot(y - previousY, x - previousX);
      previousY = y;
      previousX = x;
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
  }
  return {
    vertices: vertices.subarray(0, at * floatsPerVertex),
    anchors: anchors.subarray(0, at * 2),
    count: at,
    maxLabel,
  };
}

/** The most points one line may leave out; checking more costs more than it saves. */
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
