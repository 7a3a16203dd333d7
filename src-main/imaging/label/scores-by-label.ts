import { float32At } from '../../contract/elements.ts';
import type { CellLabels, Segmentation } from '../../contract/pixels.ts';
import { instanceLabels } from './instance-labels.ts';

/** The score of each cell of a segmentation, by label. */
export function scoresByLabel({
  labels,
  scores,
}: Pick<Segmentation<CellLabels>, 'labels' | 'scores'>): Map<number, number> {
  return new Map(Array.from(instanceLabels(labels), (label, i) => [label, float32At(scores, i)]));
}
