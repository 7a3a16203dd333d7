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

/** Where a network of a pair runs. */
export type NetworkPlace = 'process' | 'thread';

/**
 * If a thread is ended in the middle of a graph, its whole process dies, so a process is better. The packaged
 * application cannot start one, because its program refuses to run as plain Node.
 */
const usualPlace: NetworkPlace = 'electron' in process.versions ? 'thread' : 'process';

/**
 * Time for a cancelled image to stop. It checks its signal between tiles. A thread has almost unlimited time.
 */
const patienceMs: Record<NetworkPlace, number> = { process: 500, thread: 2 ** 31 - 1 };

/** Two networks of one model outside the job, each with its share of the cores. */
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
    // `opened` reports the error.
    for (const opening of this.#opening) opening.catch(() => undefined);
  }

  /** @throws LacssError `engine-unavailable`, `out-of-memory`, `process-crashed` */
  async opened(): Promise<void> {
    await Promise.all(this.#opening);
  }

  /**
   * Runs an image through the network that is free next.
   * @param onTurn called when the earlier images are finished
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

  /** Ends both. A thread ends when nothing computes in it. A cancelled image stops at the end of its tile. */
  async close(): Promise<void> {
    if (this.#place === 'thread') await Promise.allSettled([...this.#opening, ...this.#underWay]);
    for (const each of this.#both) each.close();
  }
}
