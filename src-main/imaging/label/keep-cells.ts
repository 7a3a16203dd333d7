import type { Segmentation } from '../../contract/pixels.ts';
import { instanceLabels } from './instance-labels.ts';

/** A segmentation without some of its cells; those that stay keep their labels, scores and locations. */
export function keepCells(
  { labels, scores, locations }: Segmentation,
  isKept: (label: number, score: number) => boolean,
): Segmentation {
  const all = instanceLabels(labels);
  const kept = [...all.keys()].filter((index) => isKept(all[index]!, scores[index]!));
  const keptLabels = new Set(kept.map((index) => all[index]!));
  return {
    labels: { ...labels, data: labels.data.map((label) => (keptLabels.has(label) ? label : 0)) },
    scores: Float32Array.from(kept, (index) => scores[index]!),
    locations: Float32Array.from(kept.flatMap((index) => [locations[2 * index]!, locations[2 * index + 1]!])),
  };
}
