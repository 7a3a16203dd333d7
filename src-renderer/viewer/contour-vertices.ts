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
 * Lays contours out for the GPU: segment i runs from vertex i to vertex i + 1, unless the length at i + 1 is 0, where
 * another ring begins.
 */
export function contourVertices({ points, ringStarts, ringLabels }: ContourSet): ContourVertices {
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
    for (let i = start; i <= end; i++) {
      const y = i === end ? firstY : points[2 * i]!;
      const x = i === end ? firstX : points[2 * i + 1]!;
      length += Math.hypot(y - previousY, x - previousX);
      vertices[4 * at] = y;
      vertices[4 * at + 1] = x;
      vertices[4 * at + 2] = length;
      vertices[4 * at + 3] = label;
      anchors[2 * at] = firstY;
      anchors[2 * at + 1] = firstX;
      previousY = y;
      previousX = x;
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
