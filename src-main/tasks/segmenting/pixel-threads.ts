import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { entryUrl } from '../../processes/entry-url.ts';
import { startThread } from '../../processes/start-thread.ts';
import { Supervisor } from '../../processes/supervisor.ts';
import type { SegmentingJobs } from './segmenting-jobs.ts';

/** Time for a cancelled image to stop, before its thread is ended. A thread is cheap to start again. */
const patienceMs = 500;

/** Threads that prepare images for the network and draw its cells. They begin to start at once. */
export class PixelThreads {
  readonly #all: readonly Supervisor<SegmentingJobs>[];
  readonly #starts: Promise<PromiseSettledResult<unknown>[]>;

  constructor(count: number) {
    this.#all = Array.from(
      { length: count },
      () =>
        new Supervisor<SegmentingJobs>({
          title: 'The thread that prepares and draws images',
          start: (listener) => startThread(entryUrl('segmenting'), listener),
          patienceMs,
        }),
    );
    this.#starts = Promise.allSettled(this.#all.map((thread) => thread.run('wake', undefined)));
  }

  /**
   * Waits until they have started.
   * @returns the started threads, and one sentence about those that failed; null if none are wanted
   */
  async started(): Promise<{ threads: Supervisor<SegmentingJobs>[]; trouble: string | null }> {
    const starts = await this.#starts;
    const threads = this.#all.filter((_, k) => itemAt(starts, k).status === 'fulfilled');
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed === undefined) return { threads, trouble: null };
    const { reason } = failed as { reason: unknown };
    const why = reason instanceof LacssError ? reason.message : String(reason);
    const instead =
      threads.length === 0
        ? 'Images are prepared and drawn one after the other, which takes longer.'
        : `${threads.length} of ${this.#all.length} threads prepare and draw the images.`;
    return { threads, trouble: `${why} ${instead}` };
  }

  close(): void {
    for (const thread of this.#all) thread.close();
  }
}
