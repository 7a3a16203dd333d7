import { partitionForeground } from '../annotation/partition-foreground.ts';
import type { LabelImage } from '../contract/pixels.ts';
import type { Supervision, TrainingExample } from './training-example.ts';

const divided = new WeakMap<Supervision, LabelImage>();

/**
 * A weakly annotated example as it is learnt later in a training: with its foreground divided into one mask a cell. Divided
 * when first asked for and then remembered: a training that is stopped early need not wait for images it has not come to.
 */
export function withDividedForeground(example: TrainingExample): TrainingExample {
  const { supervision, planes } = example;
  if (supervision.kind === 'full') return example;
  let labels = divided.get(supervision);
  if (labels === undefined) {
    labels = partitionForeground(planes[0]!, supervision);
    divided.set(supervision, labels);
  }
  return { ...example, supervision: { kind: 'full', labels } };
}
