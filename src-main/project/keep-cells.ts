import type { ContourSet, Segmentation } from '../contract/pixels.ts';

/** A segmentation without some of its cells; those that stay are numbered anew without gaps, in the same order. */
export function keepCells(
  { labels, scores, locations, contours }: Segmentation,
  isKept: (label: number) => boolean,
): Segmentation {
  const kept = Array.from(scores.keys(), (index) => index + 1).filter(isKept);
  const newLabels = new Int32Array(scores.length + 1);
  for (const [index, label] of kept.entries()) newLabels[label] = index + 1;
  return {
    labels: { ...labels, data: labels.data.map((label) => newLabels[label]) },
    scores: Float32Array.from(kept, (label) => scores[label - 1]),
    locations: Float32Array.from(
      kept.flatMap((label) => [locations[2 * label - 2], locations[2 * label - 1]]),
    ),
    contours: keepRings(contours, newLabels),
  };
}

function keepRings({ points, ringStarts, ringLabels }: ContourSet, newLabels: Int32Array): ContourSet {
  const rings = Array.from(ringLabels.keys()).filter((ring) => newLabels[ringLabels[ring]] > 0);
  const starts = new Uint32Array(rings.length + 1);
  for (const [index, ring] of rings.entries()) {
    starts[index + 1] = starts[index] + ringStarts[ring + 1] - ringStarts[ring];
  }
  const keptPoints = new Float32Array(2 * starts[rings.length]);
  for (const [index, ring] of rings.entries()) {
    keptPoints.set(points.subarray(2 * ringStarts[ring], 2 * ringStarts[ring + 1]), 2 * starts[index]);
  }
  return {
    points: keptPoints,
    ringStarts: starts,
    ringLabels: Uint32Array.from(rings, (ring) => newLabels[ringLabels[ring]]),
  };
}
