import type { LabelImage } from '../../contract/pixels.ts';

/** The instances of a label image, in the reading order of their first pixels. */
export interface NumberedInstances {
  /** Entry i is the label of instance i. */
  labels: Float64Array;
  /** Pixels of each instance. */
  areas: Float64Array;
  /** 0 for background, i + 1 for instance i, [height, width]. */
  numbers: Int32Array;
}

/**
 * Numbers the instances of a label image in reading order. The result depends on the partition, not on the
 * labels. Time grows with the pixels, memory with pixels and instances, for any labels.
 * @throws RangeError if a label is negative
 */
export function numberInstances({
  data,
}: Pick<LabelImage, 'height' | 'width'> & { data: ArrayLike<number> }): NumberedInstances {
  const numbers = new Int32Array(data.length);
  const known = new Map<number, number>([[0, 0]]);
  const areas: number[] = [];
  for (let i = 0; i < data.length;) {
    const label = data[i]!;
    if (label < 0) throw new RangeError(`labels must not be negative, received ${label}`);
    // Runs of one label are looked up once.
    let end = i + 1;
    while (end < data.length && data[end] === label) end++;
    let number = known.get(label);
    if (number === undefined) {
      number = areas.push(0);
      known.set(label, number);
    }
    if (number > 0) {
      areas[number - 1]! += end - i;
      numbers.fill(number, i, end);
    }
    i = end;
  }
  known.delete(0);
  return { labels: Float64Array.from(known.keys()), areas: Float64Array.from(areas), numbers };
}
