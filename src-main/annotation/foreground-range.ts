import type { FloatPlane } from '../contract/pixels.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { featureOf } from './foreground-candidates.ts';
import type { CandidateSettings } from './foreground-candidates.ts';

/**
 * The useful range of thresholds in units of the feature of a plane [height, width]: from a tenth of the
 * automatic threshold to a value that hardly any pixel exceeds.
 * @throws RangeError if a setting is out of range.
 */
export function foregroundRange(
  plane: FloatPlane,
  settings: CandidateSettings,
): { low: number; high: number; automatic: number } {
  const { automatic, plane: feature } = featureOf(plane, settings);
  const high = percentiles(feature, [99.9])[0]!;
  return { low: automatic / 10, high: Math.max(high, automatic), automatic };
}
