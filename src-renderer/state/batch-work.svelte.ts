import type { Progress } from '../../src-main/contract/job.ts';

/** Work on many images: its progress, the time left, and how to stop it. */
export class BatchWork {
  progress = $state.raw<Pick<Progress, 'done' | 'total'> | null>(null);
  /** null before the first image is done. */
  secondsLeft = $state<number | null>(null);
  #stop = new AbortController();

  get running(): boolean {
    return this.progress !== null;
  }

  /** Runs work that takes these options. A request without its own progress shows 0 of `total`. */
  async run<Result>(
    total: number,
    work: (options: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<Result>,
  ): Promise<Result> {
    const startMs = performance.now();
    this.#stop = new AbortController();
    this.progress = { done: 0, total };
    this.secondsLeft = null;
    try {
      return await work({
        signal: this.#stop.signal,
        onProgress: ({ done, total }) => {
          this.progress = { done, total };
          this.secondsLeft = secondsLeft(done, total, performance.now() - startMs);
        },
      });
    } finally {
      this.progress = null;
    }
  }

  cancel(): void {
    this.#stop.abort();
  }
}

/** @returns null if nothing is done yet */
function secondsLeft(done: number, total: number, elapsedMs: number): number | null {
  return done >= 1 ? ((total - done) * elapsedMs) / done / 1000 : null;
}
