import type { FloatPlane } from '../contract/pixels.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { featureOf } from './foreground-candidates.ts';
import type { CandidateSettings } from './foreground-candidates.ts';

/**
 * Between which thresholds a person may want to choose, in units of the feature of a plane [height, width]: from a tenth of the automatic
 * one to what hardly a pixel exceeds.
 * @throws RangeError when a setting lies outside its range.
 */
export function foregroundRange(
  plane: FloatPlane,
  settings: CandidateSettings,
): { low: number; high: number; automatic: number } {
  const { automatic, plane: feature } = featureOf(plane, settings);
  const high = percentiles(feature, [99.9])[0]!;
  return { low: automatic / 10, high: Math.max(high, automatic), automatic };
}
