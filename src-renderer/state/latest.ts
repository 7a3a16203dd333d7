/**
 * Runs one job at a time and keeps only the newest of those that wait. It is for sliders, where each position
 * is a new question. Nothing is cancelled, so that the image keeps changing while the slider moves.
 */
export class Latest {
  #running: Promise<void> | null = null;
  #next: (() => Promise<void>) | null = null;

  run(work: () => Promise<void>): void {
    this.#next = work;
    this.#running ??= this.#drain();
  }

  /** Once nothing runs and nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#next) {
      const work = this.#next;
      this.#next = null;
      await work();
    }
    this.#running = null;
  }
}
