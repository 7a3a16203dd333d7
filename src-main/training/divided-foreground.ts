import { partitionForeground } from '../annotation/partition-foreground.ts';
import { LacssError } from '../contract/errors.ts';
import type { LabelImage } from '../contract/pixels.ts';
import { packLabels, type ExampleSource } from './example-source.ts';
import type { TrainingExample } from './training-example.ts';

/** Packed: they are needed once per round, and of any number of images. */
const divided = new WeakMap<ExampleSource, () => LabelImage>();

export interface DividingControl {
  signal: AbortSignal;
  /** Called with the progress of the partition in whole percent. */
  onPercent: (percent: number) => void;
}

/**
 * A weakly annotated example for late training: its foreground partitioned into one mask per cell. It is
 * computed on first use and kept, so that a short run does not wait for images it never uses.
 *
 * @throws LacssError `cancelled` within about a second for 36 megapixels, in proportion for larger images;
 *   nothing is kept then
 */
export async function withDividedForeground(
  source: ExampleSource,
  { signal, onPercent }: DividingControl,
): Promise<TrainingExample> {
  const example = await source.read();
  const { supervision, planes } = example;
  if (supervision.kind === 'full') return example;
  let labelsOf = divided.get(source);
  if (labelsOf === undefined) {
    let told = -1;
    const labels = await partitionForeground(planes[0]!, supervision, async (share) => {
      const percent = Math.floor(100 * share);
      if (percent > told) onPercent((told = percent));
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw new LacssError('cancelled', 'Training was stopped.');
    });
    labelsOf = packLabels(labels);
    divided.set(source, labelsOf);
  }
  return { ...example, supervision: { kind: 'full', labels: labelsOf() } };
}
