import type { LabelImage, LabelRuns } from '../../contract/pixels.ts';
import { instanceLabels } from './instance-labels.ts';
import { numberInstances } from './number-instances.ts';

/**
 * Renumbers the instances of a label image 1 … n without gaps, in the same order.
 * @returns the new image, and for each new label the old one (entry 0 is the background).
 * @throws RangeError if a label is negative.
 */
export function relabel(image: Pick<LabelImage, 'height' | 'width'> & { data: ArrayLike<number> }): {
  labels: LabelImage;
  oldLabels: Float64Array;
} {
  const { height, width } = image;
  const { labels, numbers } = numberInstances(image);
  const sorted = labels.toSorted();
  const newLabelOf = new Map(Array.from(sorted, (label, i) => [label, i + 1]));
  const newLabels = Int32Array.from([0, ...Array.from(labels, (label) => newLabelOf.get(label)!)]);
  return {
    labels: { height, width, data: numbers.map((number) => newLabels[number]!) },
    oldLabels: Float64Array.from([0, ...sorted]),
  };
}

/** Renumbers the instances of a label image 1 … n without gaps, in the same order. */
export function relabelRuns(runs: LabelRuns): LabelRuns {
  const newLabelOf = new Map(Array.from(instanceLabels(runs), (label, i) => [label, i + 1]));
  return { ...runs, labels: runs.labels.map((label) => newLabelOf.get(label) ?? 0) };
}
