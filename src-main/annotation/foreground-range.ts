import { numberAt } from '../contract/elements.ts';
import { outsidePadding } from '../imaging/intensity/outside-padding.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import type { ForegroundFeature } from './foreground/foreground-feature.ts';

/**
 * The useful range of thresholds, in units of the feature. It begins at a tenth of the automatic threshold
 * and ends at a value that few pixels exceed.
 */
export function foregroundRange({ automatic, part, plane }: ForegroundFeature): {
  low: number;
  high: number;
  automatic: number;
} {
  const high = numberAt(percentiles({ data: outsidePadding(plane.data, part.padding) }, [99.9]), 0);
  return { low: automatic / 10, high: Math.max(high, automatic), automatic };
}
