import type { LabelImage } from '../../contract/pixels.ts';
import { areas } from './areas.ts';

/**
 * Renumbers the instances of a label image 1 … n without gaps, their order kept.
 * @returns the new image, and for each new label the old one (entry 0 is the background).
 * @throws RangeError when a label is negative.
 */
export function relabel(labels: LabelImage): { labels: LabelImage; oldLabels: Int32Array } {
  const counts = areas(labels);
  const newLabels = new Int32Array(counts.length);
  const oldLabels = [0];
  for (let label = 1; label < counts.length; label++) {
    if (counts[label]! > 0) newLabels[label] = oldLabels.push(label) - 1;
  }
  const data = labels.data.map((label) => newLabels[label]!);
  return {
    labels: { height: labels.height, width: labels.width, data },
    oldLabels: Int32Array.from(oldLabels),
  };
}
