import type { EvaluationFigures } from '../../../src-main/contract/requests/result-requests.ts';

/** The figures at one IoU threshold; NaN if none was computed. */
export function figuresAt(
  { precision, field }: EvaluationFigures,
  threshold: number,
): { averagePrecision: number; falseNegativeRate: number; f1: number } {
  const near = (value: number) => Math.abs(value - threshold) < 1e-6;
  const at = precision.thresholds.findIndex(near);
  const atField = field.thresholds.findIndex(near);
  return {
    averagePrecision: precision.averagePrecision[at] ?? Number.NaN,
    falseNegativeRate: precision.falseNegativeRate[at] ?? Number.NaN,
    f1: field.f1AtThreshold[atField] ?? Number.NaN,
  };
}
