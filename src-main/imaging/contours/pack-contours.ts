import { uint32At } from '../../contract/elements.ts';
import type { ContourSet } from '../../contract/pixels.ts';

/** One closed ring of vertices packed y, x, and the label of the instance it bounds. */
export interface Ring {
  label: number;
  points: ArrayLike<number>;
}

/** Packs rings into a contour set in order of label; rings of one label keep their order. */
export function packContours(rings: readonly Ring[]): ContourSet {
  const sorted = [...rings].sort((a, b) => a.label - b.label);
  const ringStarts = new Uint32Array(sorted.length + 1);
  sorted.forEach((ring, r) => {
    ringStarts[r + 1] = uint32At(ringStarts, r) + ring.points.length / 2;
  });
  const points = new Float32Array(2 * uint32At(ringStarts, sorted.length));
  sorted.forEach((ring, r) => points.set(ring.points, 2 * uint32At(ringStarts, r)));
  return { points, ringStarts, ringLabels: Uint32Array.from(sorted, (ring) => ring.label) };
}
