import type { CellLabels, LabelImage, LabelRuns } from '../../contract/pixels.ts';

/** The instances of a label image, in the reading order of their first pixels. */
export interface Instances {
  /** Entry i is the label of instance i. */
  labels: Float64Array;
  /** Pixels of each instance. */
  areas: Float64Array;
}

/** The same, with the number of each pixel or run. */
export interface NumberedInstances extends Instances {
  /** 0 for background, i + 1 for instance i. */
  numbers: Int32Array;
}

/** Labels of any number type, as a file has them. */
type AnyLabels = Pick<LabelImage, 'height' | 'width'> & { data: ArrayLike<number> };

/**
 * Numbers the instances of a label image in reading order. The result depends on the partition, not on the
 * labels. Time grows with the pixels, memory with pixels and instances, for any labels.
 * @throws RangeError if a label is negative
 */
export function numberInstances(image: AnyLabels): NumberedInstances {
  const numbers = new Int32Array(image.data.length);
  const instances = count(image, (number, start, end) => numbers.fill(number, start, end));
  return { ...instances, numbers };
}

/**
 * Numbers the instances of a label image in reading order, with the number of each run.
 * @throws RangeError if a label is negative
 */
export function numberRuns(runs: LabelRuns): NumberedInstances {
  const numbers = new Int32Array(runs.labels.length);
  let run = 0;
  const instances = count(runs, (number) => (numbers[run++] = number));
  return { ...instances, numbers };
}

/**
 * The instances of a label image. Memory grows with the instances only.
 * @throws RangeError if a label is negative
 */
export function countInstances(image: AnyLabels | CellLabels): Instances {
  return count(image, () => undefined);
}

function count(
  image: AnyLabels | CellLabels,
  onRun: (number: number, start: number, end: number) => void,
): Instances {
  const known = new Map<number, number>([[0, 0]]);
  const areas: number[] = [];
  forEachRun(image, (label, start, end) => {
    if (label < 0) throw new RangeError(`labels must not be negative, received ${label}`);
    let number = known.get(label);
    if (number === undefined) {
      number = areas.push(0);
      known.set(label, number);
    }
    if (number === 0) return;
    areas[number - 1]! += end - start;
    onRun(number, start, end);
  });
  known.delete(0);
  return { labels: Float64Array.from(known.keys()), areas: Float64Array.from(areas) };
}

/** Goes through runs of one label in reading order; a run of pixels may reach into the next row. */
function forEachRun(
  image: AnyLabels | CellLabels,
  visit: (label: number, start: number, end: number) => void,
): void {
  if (!('data' in image)) {
    for (let y = 0, run = 0; y < image.height; y++) {
      for (; run < image.rowStarts[y + 1]!; run++) {
        const row = y * image.width;
        visit(image.labels[run]!, row + image.starts[run]!, row + image.ends[run]!);
      }
    }
    return;
  }
  const { data } = image;
  for (let i = 0; i < data.length;) {
    const label = data[i]!;
    let end = i + 1;
    while (end < data.length && data[end] === label) end++;
    visit(label, i, end);
    i = end;
  }
}
