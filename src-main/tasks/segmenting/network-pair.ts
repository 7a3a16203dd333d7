import type { SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { PredictedImage } from '../../inference/network.ts';
import type { PreparedImage } from '../../model/prepare-image.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { entryUrl } from '../../processes/entry-url.ts';
import { startProcess } from '../../processes/start-process.ts';
import { startThread } from '../../processes/start-thread.ts';
import { Supervisor } from '../../processes/supervisor.ts';
import type { PredictingJobs } from './predicting-jobs.ts';

/** Where a network of a pair lives. */
export type NetworkPlace = 'process' | 'thread';

/**
 * A thread that is ended in the middle of a graph takes its whole process with it, so a process is better.
 * The packaged application cannot start one: its program refuses to be plain Node.
 */
const usualPlace: NetworkPlace = 'electron' in process.versions ? 'thread' : 'process';

/**
 * How long a cancelled image may take to stop, which looks at its signal between tiles. A thread has for
 * ever, or nearly.
 */
const patienceMs: Record<NetworkPlace, number> = { process: 500, thread: 2 ** 31 - 1 };

/** Two networks of one model beside the job, each with its share of the cores. */
export class NetworkPair {
  readonly #place: NetworkPlace;
  readonly #both: readonly Supervisor<PredictingJobs>[];
  readonly #opening: readonly Promise<unknown>[];
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(stored: StoredModel, threadsEach: number, place = usualPlace) {
    this.#place = place;
    this.#both = [1, 2].map(
      (number) =>
        new Supervisor<PredictingJobs>({
          title: `The ${place} of network ${number}`,
          start: (listener) =>
            (place === 'process' ? startProcess : startThread)(entryUrl('predicting'), listener),
          patienceMs: patienceMs[place],
        }),
    );
    this.#opening = this.#both.map((each) => each.run('open', { stored, threads: threadsEach }));
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
    const next = this.#both.reduce((least, other) => (other.pending < least.pending ? other : least));
    const found = next.run('predict', { image, settings }, { signal, onProgress, onReport: onTurn });
    this.#underWay.add(found);
    try {
      return await found;
    } finally {
      this.#underWay.delete(found);
    }
  }

  /** Ends both; threads once nothing computes in them, for what was cancelled at the end of its tile. */
  async close(): Promise<void> {
    if (this.#place === 'thread') await Promise.allSettled([...this.#opening, ...this.#underWay]);
    for (const each of this.#both) each.close();
  }
}
