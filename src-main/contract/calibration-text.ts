import { usualMinScore } from './is-below-score.ts';
import type { Calibration } from './model-card.ts';

const places = {
  'validation-images': 'the validation images',
  strips: 'strips left out of training',
  'training-images': 'the training images',
  'generated-images': 'generated images',
} as const;

/** `minimum score 0.12, best on 187 cells of the validation images: hides 3 of 180 right cells`. */
export function calibrationText(calibration: Calibration | null): string {
  if (calibration === null) return `minimum score ${usualMinScore.toFixed(2)}, not measured for this model`;
  const { minScore, found, measuredOn, hiddenRight, foundRight } = calibration;
  const where = `${found} cells of ${places[measuredOn]}`;
  return `minimum score ${minScore.toFixed(2)}, best on ${where}: hides ${hiddenRight} of ${foundRight} right cells`;
}
