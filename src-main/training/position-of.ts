import type { TrainingSettings } from '../contract/training.ts';

/** Progress of a training run towards the nearer of its limits. */
export interface TrainingPosition {
  /** Steps, or seconds with a time limit. */
  done: number;
  total: number;
  /** Completed share of the training; 1 or more at its end. */
  fraction: number;
  /** The limit that ends the training now. */
  reached: 'steps' | 'minutes' | null;
}

export function positionOf(
  { steps, minutes }: Pick<TrainingSettings, 'steps' | 'minutes'>,
  stepsDone: number,
  elapsedMs: number,
): TrainingPosition {
  const bySteps = steps === null ? 0 : stepsDone / steps;
  const byClock = minutes === null ? 0 : elapsedMs / (minutes * 60_000);
  const reached = bySteps >= 1 ? 'steps' : byClock >= 1 ? 'minutes' : null;
  const fraction = Math.max(bySteps, byClock);
  return minutes !== null && (steps === null || byClock > bySteps)
    ? { done: Math.round(elapsedMs / 1000), total: minutes * 60, fraction, reached }
    : { done: stepsDone, total: steps!, fraction, reached };
}
