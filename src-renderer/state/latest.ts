/**
 * Runs one job at a time and keeps only the newest waiting one. It is for sliders, where each position is a
 * new request. No job is cancelled, so that the image keeps changing while the slider moves.
 */
export class Latest {
  #running: Promise<void> | null = null;
  #next: (() => Promise<void>) | null = null;

  run(work: () => Promise<void>): void {
    this.#next = work;
    this.#running ??= this.#drain();
  }

  /** Resolves when nothing runs and nothing waits. */
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
