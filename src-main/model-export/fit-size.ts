import { numberAt } from '../contract/elements.ts';
import type { NetworkSize } from './trace-network.ts';

/** A size that a number in the graph may depend on: a length of the image, its area, the number of cells. */
export type SizeName = 'height' | 'width' | 'area' | 'cells';

/** A number in the graph: constant, `size · numerator / denominator + offset`, or the inverse of that. */
export type SizeExpression =
  | { of: null; value: number }
  | { of: SizeName; numerator: number; denominator: number; offset: number; inverse: boolean };

/** The network halves an image several times, so divisors are powers of two. */
const largestDenominator = 2 ** 12;
/** Numbers of the graph are float32. */
const tolerance = 1e-6;

const measures: Readonly<Record<SizeName, (size: NetworkSize) => number>> = {
  height: ({ height }) => height,
  width: ({ width }) => width,
  area: ({ height, width }) => height * width,
  cells: ({ cells }) => cells,
};

/**
 * Derives how a number depends on the image size or the number of cells, from its values at several sizes.
 * @param values the number at each of `sizes`; these must differ enough to separate all dependences
 * @returns null if no known dependence fits
 */
export function fitSize(values: readonly number[], sizes: readonly NetworkSize[]): SizeExpression | null {
  const first = numberAt(values, 0);
  if (values.every((value) => Object.is(value, first))) return { of: null, value: first };
  for (const of of Object.keys(measures) as SizeName[]) {
    const measured = sizes.map(measures[of]);
    for (const inverse of [false, true]) {
      const fit = fitLine(inverse ? values.map((value) => 1 / value) : values, measured);
      if (fit !== null) return { of, ...fit, inverse };
    }
  }
  return null;
}

/** The line with rational slope and whole offset through all points. */
function fitLine(
  values: readonly number[],
  at: readonly number[],
): { numerator: number; denominator: number; offset: number } | null {
  const other = at.findIndex((place) => place !== at[0]);
  if (other < 0) return null;
  const slope = (numberAt(values, other) - numberAt(values, 0)) / (numberAt(at, other) - numberAt(at, 0));
  if (slope === 0 || !Number.isFinite(slope)) return null;
  for (let denominator = 1; denominator <= largestDenominator; denominator *= 2) {
    const numerator = Math.round(slope * denominator);
    if (numerator === 0 || Math.abs(numerator / denominator / slope - 1) > 10 * tolerance) continue;
    const offset = Math.round(numberAt(values, 0) - (numberAt(at, 0) * numerator) / denominator);
    const fits = values.every((value, i) => {
      const expected = (numberAt(at, i) * numerator) / denominator + offset;
      return Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(value));
    });
    return fits ? { numerator, denominator, offset } : null;
  }
  return null;
}
