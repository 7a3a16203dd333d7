import type { ReviewSettings } from './project.ts';

/** The minimum score of models that were not calibrated. */
export const usualMinScore = 0.2;

/**
 * The minimum score of a prediction's cells: as set in the project, otherwise the model's own.
 *
 * @param modelMinScore as the model's calibration chose it; absent for models without one
 */
export function leastScore({ minScore }: ReviewSettings, modelMinScore: number | undefined): number {
  return minScore ?? modelMinScore ?? usualMinScore;
}

/**
 * Whether a cell is hidden because of its score: it is unseen and below the minimum. A person's mark counts
 * more than the score. Review, results and exports all ask here.
 *
 * @param mark index in `reviewMarks`
 * @param least from `leastScore`
 */
export function isBelowScore(mark: number, score: number, least: number): boolean {
  // Scores are 32-bit numbers: a cell at the minimum must not be below it.
  return mark === 0 && score < Math.fround(least);
}
