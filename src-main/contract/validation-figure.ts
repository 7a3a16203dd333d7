import type { TrainingEpoch } from './requests/training-requests.ts';
import type { ValidationReport } from './training.ts';

/** A validation as shown to people: a loss is positive, and lower is better. */
export function validationFigure(
  validation: Pick<ValidationReport, 'measure' | 'score'> | null,
): TrainingEpoch['validation'] {
  if (validation === null) return null;
  const { measure, score } = validation;
  if (measure === 'AP50') return { measure, value: score };
  return { measure: measure === 'loss' ? 'loss' : 'weak loss', value: -score };
}
