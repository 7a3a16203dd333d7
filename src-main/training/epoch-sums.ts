import type { LossTerms } from '../contract/training.ts';
import type { EpochSums } from './checkpoint.ts';

/** The sums of an epoch without steps. */
export function emptySums(): EpochSums {
  return { steps: 0, terms: {}, gradientNorm: 0, meanAreaPx: 0 };
}

/**
 * The mean of each term over the steps that had it. Without such a step: 0, or `null` for terms of weak
 * steps.
 */
export function meanTerms({ terms }: EpochSums): LossTerms {
  const mean = (name: keyof LossTerms): number | null => {
    const sum = terms[name];
    return sum === undefined ? null : sum.sum / sum.count;
  };
  return {
    detection: mean('detection') ?? 0,
    location: mean('location') ?? 0,
    instance: mean('instance') ?? 0,
    size: mean('size'),
    edge: mean('edge'),
    ...(terms.foreground === undefined ? {} : { foreground: mean('foreground') ?? 0 }),
    total: mean('total') ?? 0,
  };
}
