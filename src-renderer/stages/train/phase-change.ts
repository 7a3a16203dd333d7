import type { TrainingStatus } from '../../../src-main/contract/requests/training-requests.ts';
import { usualTrainingSettings } from '../../../src-main/contract/training.ts';
import type { Curves } from '../../state/training.svelte.ts';

/**
 * The step from which each weakly annotated cell has a mask of its own. Null if the run has no such step, and
 * in a run limited by minutes until it has come.
 */
export function phaseChange(
  { request, totalSteps }: Pick<TrainingStatus, 'request' | 'totalSteps'>,
  { steps, elapsedMs }: Pick<Curves, 'steps' | 'elapsedMs'>,
): number | null {
  // A lesson has masks from the start.
  if (request === null || request.teaching !== undefined) return null;
  const { partitionAfter } = usualTrainingSettings(request.method ?? 'improved');
  if (partitionAfter >= 1) return null;
  if (request.until.kind !== 'minutes')
    return totalSteps > 0 ? Math.round(partitionAfter * totalSteps) : null;
  const changeMs = partitionAfter * request.until.minutes * 60_000;
  const last = elapsedMs.findIndex((elapsed) => elapsed >= changeMs);
  return last < 0 ? null : (steps[last] ?? null);
}
