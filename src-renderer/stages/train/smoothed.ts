/**
 * Exponential moving average, corrected for the bias of its start (Kingma & Ba 2015, section 3).
 * @param keep - share of the past kept at each step, 0 … 1
 */
export function smoothed(values: readonly number[], keep = 0.92): number[] {
  let average = 0;
  let weight = 0;
  return values.map((value) => {
    if (Number.isNaN(value)) return Number.NaN;
    average = keep * average + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return average / weight;
  });
}
