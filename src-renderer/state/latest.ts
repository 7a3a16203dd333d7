/**
 * Lets one job run at a time and keeps only the newest of those that wait: for sliders, whose every position asks anew.
 * Nothing is cancelled, so that the picture keeps moving while the handle does.
 */
export class Latest {
  #running = false;
  #next: (() => Promise<void>) | null = null;

  run(work: () => Promise<void>): void {
    this.#next = work;
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#next) {
      const work = this.#next;
      this.#next = null;
      await work();
    }
    this.#running = false;
  }
}
