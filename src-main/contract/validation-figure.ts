import type { TrainingEpoch } from './requests/training.ts';
import type { ValidationReport } from './training.ts';

/** A validation as it is shown: a loss is told as what it is, and lower is better. */
export function validationFigure(
  validation: Pick<ValidationReport, 'measure' | 'score'> | null,
): TrainingEpoch['validation'] {
  if (validation === null) return null;
  const { measure, score } = validation;
  if (measure === 'AP50') return { measure, value: score };
  return { measure: measure === 'loss' ? 'loss' : 'weak loss', value: -score };
}
