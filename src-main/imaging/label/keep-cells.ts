import type { CellLabels, Segmentation } from '../../contract/pixels.ts';
import { instanceLabels } from './instance-labels.ts';
import { keepLabels } from './keep-labels.ts';

/** A segmentation without some of its cells; those that stay keep their labels, scores and locations. */
export function keepCells<Labels extends CellLabels>(
  { labels, scores, locations }: Segmentation<Labels>,
  isKept: (label: number, score: number) => boolean,
): Segmentation<Labels> {
  const all = instanceLabels(labels);
  const kept = [...all.keys()].filter((index) => isKept(all[index]!, scores[index]!));
  const keptLabels = new Set(kept.map((index) => all[index]!));
  return {
    labels: keepLabels(labels, (label) => keptLabels.has(label)),
    scores: Float32Array.from(kept, (index) => scores[index]!),
    locations: Float32Array.from(kept.flatMap((index) => [locations[2 * index]!, locations[2 * index + 1]!])),
  };
}
