import { numberAt } from '../../contract/elements.ts';
/**
 * The value at which the cumulated weight, in ascending order of values, reaches a share of the total; NaN
 * without values.
 * @param weights one per value, not negative.
 * @param share above 0, up to 1; ½ is the weighted median.
 */
export function weightedQuantile(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  share: number,
): number {
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => numberAt(values, a) - numberAt(values, b),
  );
  let total = 0;
  for (const i of order) total += numberAt(weights, i);
  let reached = 0;
  for (const i of order) {
    reached += numberAt(weights, i);
    if (reached >= share * total) return numberAt(values, i);
  }
  return NaN;
}
