import type { LabelImage } from '../../contract/pixels.ts';

/**
 * Number of pixels per label of a label image: entry `l` for label `l`, entry 0 for the background. Unused
 * labels have 0. There is one entry more than the largest label.
 * @throws RangeError if a label is negative.
 */
export function areas(labels: LabelImage): Int32Array {
  let largest = 0;
  const { data } = labels;
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!;
    if (label < 0) throw new RangeError(`labels must not be negative, received ${label}`);
    if (label > largest) largest = label;
  }
  const counts = new Int32Array(largest + 1);
  for (let i = 0; i < data.length; i++) counts[data[i]!]!++;
  return counts;
}
