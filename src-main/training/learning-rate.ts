import type { TrainingSettings } from '../contract/training.ts';

/**
 * Linear warm-up, then half a cosine down to a small share (Loshchilov and Hutter 2017, arXiv:1608.03983).
 *
 * @param step number of completed steps
 * @param fraction completed share of the training, in [0, 1]
 */
export function learningRateAt(
  settings: Pick<TrainingSettings, 'learningRate' | 'warmupSteps' | 'finalLearningRateShare'>,
  step: number,
  fraction: number,
): number {
  const rise = settings.warmupSteps === 0 ? 1 : Math.min(1, (step + 1) / settings.warmupSteps);
  const cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, fraction)));
  const rest = settings.finalLearningRateShare;
  return settings.learningRate * rise * (rest + (1 - rest) * cosine);
}
