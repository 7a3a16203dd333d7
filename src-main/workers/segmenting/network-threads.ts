import type { SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { PredictedImage } from '../../inference/network.ts';
import type { PreparedImage } from '../../model/prepare-image.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { entryUrl } from '../entry-url.ts';
import { startThread } from '../start-thread.ts';
import { Supervisor } from '../supervisor.ts';
import type { PredictingJobs } from './predicting-jobs.ts';

/** For ever, or nearly: a thread that is ended inside onnxruntime takes the whole process with it. It looks at its signal between tiles. */
const patienceMs = 2 ** 31 - 1;

/** Networks of one model in threads of this process, each with its share of the cores. */
export class NetworkThreads {
  readonly #threads: readonly Supervisor<PredictingJobs>[];
  readonly #opening: Promise<unknown>[];
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(stored: StoredModel, count: number, threadsEach: number) {
    this.#threads = Array.from(
      { length: count },
      (_, k) =>
        new Supervisor<PredictingJobs>({
          title: `The thread of network ${k + 1}`,
          start: (listener) => startThread(entryUrl('predicting'), listener),
          patienceMs,
        }),
    );
    this.#opening = this.#threads.map((thread) => thread.run('open', { stored, threads: threadsEach }));
    // Told to whoever asks whether they are open.
    for (const opening of this.#opening) opening.catch(() => undefined);
  }

  /** @throws LacssError `engine-unavailable`, `out-of-memory`, `process-crashed` */
  async opened(): Promise<void> {
    await Promise.all(this.#opening);
  }

  /**
   * Sends an image through the network that is free next.
   * @param onTurn called when it is through with the images before
   * @throws LacssError as Network.predict, and `process-crashed`
   */
  async predict(
    image: PreparedImage,
    settings: SegmentSettings,
    { signal, onProgress }: JobControl,
    onTurn: () => void,
  ): Promise<PredictedImage> {
    const thread = this.#threads.reduce((least, other) => (other.pending < least.pending ? other : least));
    const found = thread.run('predict', { image, settings }, { signal, onProgress, onReport: onTurn });
    this.#underWay.add(found);
    try {
      return await found;
    } finally {
      this.#underWay.delete(found);
    }
  }

  /** Waits until nothing computes in them, for what was cancelled to the end of its tile; then ends them. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#opening, ...this.#underWay]);
    for (const thread of this.#threads) thread.close();
  }
}
