import { LacssError } from '../contract/errors.ts';
import { lossTermNames } from '../contract/training.ts';
import type { StepOutcome } from './train-step.ts';

/** @throws LacssError `training-diverged` if a loss or the gradient is not finite */
export function checkFinite({ terms, gradientNorm }: StepOutcome, step: number, example: string): void {
  const broken = lossTermNames.find((name) => !Number.isFinite(terms[name] ?? 0));
  if (broken === undefined && Number.isFinite(gradientNorm)) return;
  const what =
    broken === undefined ? `the gradient norm is ${gradientNorm}` : `the ${broken} loss is ${terms[broken]}`;
  throw new LacssError('training-diverged', `Training failed at step ${step}, on ${example}: ${what}.`, {
    subject: example,
    remedy: 'Lower the learning rate. Then resume from the last checkpoint, or start again.',
  });
}
