import { itemAt } from '../contract/elements.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import { candidatesAt, featureOf } from './foreground-candidates.ts';
import type { Candidate, CandidateSettings } from './foreground-candidates.ts';

/**
 * The foreground of a plane [height, width] at a custom threshold, computed like the candidates.
 * @param threshold in units of the feature, like a candidate's.
 * @throws RangeError if a setting is out of range.
 */
export function thresholdForeground(
  plane: FloatPlane,
  settings: CandidateSettings,
  threshold: number,
): Candidate {
  return itemAt(candidatesAt(featureOf(plane, settings), [threshold], settings), 0);
}
