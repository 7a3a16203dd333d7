import { int32At, itemAt } from '../contract/elements.ts';
import { partitionForeground } from '../annotation/partition-foreground.ts';
import { LacssError } from '../contract/errors.ts';
import type { LabelImage, Locations, Mask } from '../contract/pixels.ts';
import { packLabels, type ExampleSource } from './example-source.ts';
import { places } from './reviewed-cells.ts';
import type { Supervision, TrainingExample } from './training-example.ts';

/** Packed to save memory: each is needed once per round, and there may be many images. */
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
 * @throws LacssError `cancelled`, within about a second for 36 megapixels and later for larger images.
 *   Nothing is kept then.
 */
export async function withDividedForeground(
  source: ExampleSource,
  { signal, onPercent }: DividingControl,
): Promise<TrainingExample> {
  const example = await source.read();
  const { supervision, planes } = example;
  const weak = weakPart(supervision);
  if (weak === null) return example;
  let labelsOf = divided.get(source);
  if (labelsOf === undefined) {
    let told = -1;
    const labels = await partitionForeground(itemAt(planes, 0), weak, async (share) => {
      const percent = Math.floor(100 * share);
      if (percent > told) onPercent((told = percent));
      await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) throw new LacssError('cancelled', 'Training was stopped.');
    });
    labelsOf = packLabels(labels);
    divided.set(source, labelsOf);
  }
  return { ...example, supervision: withMasks(supervision, labelsOf()) };
}

/** The foreground to divide and its locations; `null` if every cell of the example has its outline. */
function weakPart(supervision: Supervision): { foreground: Mask; locations: Locations } | null {
  if (supervision.kind === 'full' || supervision.kind === 'points') return null;
  if (supervision.kind === 'weak') return supervision;
  const { places: where, locations } = supervision;
  const data = where.data.map((place) => (place === places.untouched ? 1 : 0));
  return data.includes(1) ? { foreground: { ...where, data }, locations } : null;
}

/** The parts of the foreground as outlines, together with those that a person made. */
function withMasks(supervision: Supervision, parts: LabelImage): Supervision {
  if (supervision.kind !== 'reviewed') return { kind: 'full', labels: parts };
  const { labels } = supervision;
  const highest = labels.data.reduce((a, b) => Math.max(a, b), 0);
  const data = labels.data.map((label, i) =>
    label === 0 && parts.data[i] !== 0 ? highest + int32At(parts.data, i) : label,
  );
  return { ...supervision, labels: { ...labels, data }, locations: new Float32Array(0) };
}
