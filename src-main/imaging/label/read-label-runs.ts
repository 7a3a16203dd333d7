import { float64At, int32At, numberAt } from '../../contract/elements.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import type { PixelSource } from '../source/pixel-source.ts';
import { LabelRunsBuilder } from './label-runs-builder.ts';

/** A label image without gaps, and the numbers that its file has. */
export interface NumberedRuns {
  /** Instances 1 … n, in the order of their numbers. */
  labels: LabelRuns;
  /** Entry i is the number of instance i + 1 in the file. */
  numbers: Float64Array;
}

/** More cells, or more runs of pixels, take over 1 GB while they are read. */
const limits = { cells: 2 ** 22, runs: 2 ** 25 };

/**
 * Reads a label image of one plane in bands: whole numbers, 0 for background. Memory grows with the runs, not
 * with the pixels.
 * @param refuse makes the error for a plane that is no label image; gets the reason.
 * @throws what `refuse` makes; what the source throws.
 */
export async function readLabelRuns(
  source: PixelSource,
  refuse: (reason: string) => Error,
  most: typeof limits = limits,
): Promise<NumberedRuns> {
  const { t, z, c, y, x } = source.shape;
  if (t * z * c !== 1) throw refuse(`it has ${t * z * c} planes`);
  const builder = new LabelRunsBuilder(y, x);
  /** The place of each number in the order of their first pixels, from 1; that of the background is 0. */
  const places = new Map<number, number>([[0, 0]]);
  for await (const { data } of source.getBands({ channel: 0 })) {
    const found = new Int32Array(data.length);
    for (let start = 0; start < data.length;) {
      const value = numberAt(data, start);
      let end = start + 1;
      while (end < data.length && data[end] === value) end++;
      let place = places.get(value);
      if (place === undefined) {
        if (!Number.isSafeInteger(value) || value < 0) throw refuse(`it contains the value ${value}`);
        place = places.size;
        if (place > most.cells) throw refuse(`it has more than ${most.cells.toLocaleString('en')} cells`);
        places.set(value, place);
      }
      found.fill(place, start, end);
      start = end;
    }
    builder.addRows(found);
    if (builder.count > most.runs) throw refuse('its numbers change from pixel to pixel');
  }
  const labels = builder.build();
  places.delete(0);
  const numbers = Float64Array.from(places.keys()).sort();
  const labelOf = new Int32Array(places.size + 1);
  for (const [i, number] of numbers.entries()) labelOf[places.get(number) ?? 0] = i + 1;
  return { labels: { ...labels, labels: labels.labels.map((place) => int32At(labelOf, place)) }, numbers };
}

/** The label image with the numbers of its file; without them if one is 2³¹ or more. */
export function withNumbers({ labels, numbers }: NumberedRuns): LabelRuns {
  if ((numbers.at(-1) ?? 0) >= 2 ** 31 || numbers.every((number, i) => number === i + 1)) return labels;
  return { ...labels, labels: labels.labels.map((label) => float64At(numbers, label - 1)) };
}
