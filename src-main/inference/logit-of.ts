/** The logit of a probability in (0, 1). */
export function logitOf(probability: number): number {
  return Math.log(probability / (1 - probability));
}
