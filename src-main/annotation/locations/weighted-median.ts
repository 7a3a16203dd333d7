/**
 * The value at which the cumulated weight, in ascending order of values, reaches half of the total; NaN
 * without values.
 * @param weights one per value, not negative.
 */
export function weightedMedian(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let total = 0;
  for (const i of order) total += weights[i]!;
  let reached = 0;
  for (const i of order) {
    reached += weights[i]!;
    if (reached >= total / 2) return values[i]!;
  }
  return NaN;
}
