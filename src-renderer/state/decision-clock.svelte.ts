/** A longer time between two decisions is a break. */
const longestDecisionMs = 120_000;
/** Number of decisions for the median. */
const keptDecisions = 100;

/** Measures the time per decision. */
export class DecisionClock {
  #tookMs = $state.raw<readonly number[]>([]);
  #last: number | null = null;

  /** Median time between two decisions, seconds; null before the third. */
  readonly medianSeconds = $derived.by(() => {
    if (this.#tookMs.length < 2) return null;
    const sorted = this.#tookMs.toSorted((a, b) => a - b);
    const [lower = 0, upper = lower] = sorted.slice((sorted.length - 1) >> 1);
    return (sorted.length % 2 ? lower : (lower + upper) / 2) / 1000;
  });

  /** @param nowMs time of a decision, as of `performance.now` */
  note(nowMs: number): void {
    const tookMs = this.#last === null ? null : nowMs - this.#last;
    if (tookMs !== null && tookMs < longestDecisionMs)
      this.#tookMs = [...this.#tookMs.slice(1 - keptDecisions), tookMs];
    this.#last = nowMs;
  }
}
