/** Weight of the newest speed in the running mean: about the last ten reports count. */
const newestShare = 0.2;

/** Estimates the time left of a job from its progress. */
export class TimeLeft {
  #lastDone: number | null = null;
  #lastMs = 0;
  #msPerUnit: number | null = null;

  /**
   * Adds a report.
   * @param nowMs any steady clock
   * @returns the milliseconds left; `null` until two reports with progress between them are known
   */
  after(done: number, total: number, nowMs: number): number | null {
    if (this.#lastDone === null || done < this.#lastDone) {
      this.#msPerUnit = null;
      this.#note(done, nowMs);
    } else if (done > this.#lastDone) {
      const newest = (nowMs - this.#lastMs) / (done - this.#lastDone);
      this.#msPerUnit =
        this.#msPerUnit === null ? newest : this.#msPerUnit + newestShare * (newest - this.#msPerUnit);
      this.#note(done, nowMs);
    }
    return this.#msPerUnit === null ? null : this.#msPerUnit * (total - done);
  }

  #note(done: number, nowMs: number): void {
    this.#lastDone = done;
    this.#lastMs = nowMs;
  }
}
