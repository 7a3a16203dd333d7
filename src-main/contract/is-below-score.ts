import type { ReviewSettings } from './project.ts';

/**
 * Whether a cell is left out because of its score: it is unseen and below the minimum. A person's mark counts
 * more than the score.
 *
 * @param mark index in `reviewMarks`
 */
export function isBelowScore(mark: number, score: number, { minScore }: ReviewSettings): boolean {
  return mark === 0 && score < minScore;
}
