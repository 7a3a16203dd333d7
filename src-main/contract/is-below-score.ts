import type { ReviewSettings } from './project-files.ts';

/** The minimum score of models that were not calibrated. */
export const usualMinScore = 0.2;

/**
 * The minimum score of a prediction's cells: as set in the project, otherwise the model's own.
 *
 * @param modelMinScore from the model's calibration; absent for models without one
 */
export function leastScore({ minScore }: ReviewSettings, modelMinScore: number | undefined): number {
  return minScore ?? modelMinScore ?? usualMinScore;
}

/**
 * Whether a cell is hidden because of its score: nobody has judged it, and it is below the minimum. A
 * person's judgement counts more than the score. Review, results and exports all use this function.
 *
 * @param state index in `cellStates`
 * @param least from `leastScore`
 */
export function isBelowScore(state: number, score: number, least: number): boolean {
  // Scores are 32-bit numbers. A cell exactly at the minimum must not fall below it.
  return state === 0 && score < Math.fround(least);
}
