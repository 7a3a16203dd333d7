import type { FloatPlane } from '../contract/pixels.ts';
import { candidatesAt, featureOf } from './foreground-candidates.ts';
import type { Candidate, CandidateSettings } from './foreground-candidates.ts';

/**
 * The foreground of a plane [height, width] at a threshold of one's own, made as the candidates are.
 * @param threshold in units of the feature, as a candidate's.
 * @throws RangeError when a setting lies outside its range.
 */
export function thresholdForeground(
  plane: FloatPlane,
  settings: CandidateSettings,
  threshold: number,
): Candidate {
  return candidatesAt(featureOf(plane, settings), [threshold], settings)[0]!;
}
