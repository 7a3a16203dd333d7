import type { ReviewSettings } from './project.ts';

/**
 * Whether a cell is left out for its score: those nobody has judged are, below the score that is asked for. What a person
 * said of a cell counts more than the model's score.
 *
 * @param mark index in `reviewMarks`
 */
export function isBelowScore(mark: number, score: number, { minScore }: ReviewSettings): boolean {
  return mark === 0 && score < minScore;
}
