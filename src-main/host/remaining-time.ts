/** Steps for the speed: enough to include validations, few enough to follow changes of speed. */
const windowSteps = 200;

/** The time left of a job of equal steps, from the speed of its last steps. */
export class RemainingTime {
  readonly #seen: { step: number; atMs: number }[] = [];

  add(step: number, atMs: number): void {
    this.#seen.push({ step, atMs });
    if (this.#seen.length > windowSteps) this.#seen.shift();
  }

  /** Seconds until `total` steps are done; null while the speed is unknown. */
  secondsLeft(step: number, total: number): number | null {
    const first = this.#seen[0];
    const last = this.#seen.at(-1);
    if (first === undefined || last === undefined || last.step === first.step || total <= 0) return null;
    const msAStep = (last.atMs - first.atMs) / (last.step - first.step);
    return Math.max(0, ((total - step) * msAStep) / 1000);
  }
}
