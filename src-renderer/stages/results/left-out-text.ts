import type { ReviewSettings } from '../../../src-main/contract/project-files.ts';
import type { LeftOutCells } from '../../../src-main/contract/requests/result-requests.ts';
import { decimals, grouped } from '../../ui/format.ts';

/** `Left out: 2 rejected, 14 below the minimum score.`; empty if no cell is left out. */
export function leftOutText({ rejected, belowScore }: LeftOutCells): string {
  const reasons = [
    ...(rejected > 0 ? [`${grouped(rejected)} rejected`] : []),
    ...(belowScore > 0 ? [`${grouped(belowScore)} below the minimum score`] : []),
  ];
  return reasons.length === 0 ? '' : `Left out: ${reasons.join(', ')}.`;
}

/** The minimum score as part of a sentence. */
export function minScoreText({ minScore }: ReviewSettings): string {
  return minScore === null ? 'the minimum score of their model' : `a score of ${decimals(minScore, 2)}`;
}
