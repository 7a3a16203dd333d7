import type { EngineChoice, EngineName } from '../../contract/choices.ts';
import { availableParallelism, freemem } from 'node:os';
import type { ComputedBy } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ModelCard } from '../../contract/model-card.ts';
import { networkOf } from '../../inference/network-of.ts';
import type { StoredModel } from '../../project/model-file.ts';
import type { JobResult } from '../../processes/job-messages.ts';
import { withModel } from '../models/with-model.ts';
import type { Supervisor } from '../../processes/supervisor.ts';
import { NetworkPair } from './network-pair.ts';
import { Networks } from './networks.ts';
import type { NetworkChoice, NetworkReport } from './networks.ts';
import { PixelThreads } from './pixel-threads.ts';
import { PixelBudget } from './pixel-budget.ts';
import type { SegmentQuestion } from './segment-questions.ts';
import { segmentingJobs } from './segmenting-jobs.ts';
import type { SegmentingJobs } from './segmenting-jobs.ts';

/** The most threads for pixels. The network is seldom faster than four of them. */
const mostThreads = 4;

/**
 * The most pixels of images in progress. A pixel takes some 30 bytes, so this is 1 GB. A larger image runs
 * alone.
 */
const pixelsAtOnce = 2 ** 25;

/**
 * Lower limit of a network's memory, because the process may have grown before: `small` in tiles of 1024 px.
 */
const leastNetworkBytes = 600 * 2 ** 20;

/** The inputs of a job of a segmenting thread that the segmenter does not have. */
type Given<Name extends 'entry' | 'group'> = Omit<Parameters<SegmentingJobs[Name]>[0], 'network' | 'card'>;

/** The networks and threads that a job used, and why. */
export interface SegmentingReport extends NetworkReport {
  /** One sentence if threads for the pixels could not be started; null if all were. */
  trouble: string | null;
}

/**
 * Segments images, several at a time. While one is in the network, threads read and prepare the next one and
 * draw the earlier one. The results of an image do not depend on the others.
 */
export class Segmenter {
  readonly #networks: Networks;
  readonly #card: ModelCard;
  readonly #threads: readonly Supervisor<SegmentingJobs>[];
  readonly #trouble: string | null;
  readonly #budget = new PixelBudget(pixelsAtOnce);

  /**
   * @param threads without threads, everything runs in this process, one image after the other
   * @param trouble one sentence on why there are no more threads
   */
  constructor(
    networks: Networks,
    card: ModelCard,
    threads: readonly Supervisor<SegmentingJobs>[],
    trouble: string | null,
  ) {
    this.#networks = networks;
    this.#card = card;
    this.#threads = threads;
    this.#trouble = trouble;
  }

  /**
   * How many images run at the same time: one in each of two networks, one waiting for them, and one in each
   * thread.
   */
  get atOnce(): number {
    return this.#threads.length === 0 ? 1 : this.#threads.length + 3;
  }

  /** The networks and threads in use, and why. */
  report(): SegmentingReport {
    return { ...this.#networks.report(), trouble: this.#trouble };
  }

  /** The same for the record of a finished image. */
  get computedBy(): ComputedBy {
    const { engine, networks, threads, reason } = this.#networks.report();
    return { engine, networks, threads, reason };
  }

  /**
   * Segments one image.
   * @returns the result, and the time it took without waiting
   * @throws LacssError for errors of the image; `cancelled`, `out-of-memory`; `process-crashed` if its thread
   *   dies
   */
  async run<Name extends 'entry' | 'group'>(
    name: Name,
    given: Given<Name>,
    control: JobControl,
  ): Promise<JobResult<SegmentingJobs, Name> & { elapsedMs: number }> {
    const startMs = performance.now();
    const params = { ...given, network: this.#networks.facts, card: this.#card };
    const visit = new Visit(this.#networks, this.#budget, control);
    try {
      const found = await this.#runIn(name, params as Parameters<SegmentingJobs[Name]>[0], visit, control);
      return { ...found, elapsedMs: performance.now() - startMs - visit.waitedMs };
    } finally {
      visit.end();
      this.#networks.imageEnded();
    }
  }

  async #runIn<Name extends 'entry' | 'group'>(
    name: Name,
    params: Parameters<SegmentingJobs[Name]>[0],
    visit: Visit,
    control: JobControl,
  ): Promise<JobResult<SegmentingJobs, Name>> {
    const onAsk = (question: unknown): Promise<unknown> => visit.answer(question as SegmentQuestion);
    if (this.#threads.length === 0) {
      const job = segmentingJobs[name] as (
        given: typeof params,
        asking: Parameters<SegmentingJobs[Name]>[1],
      ) => Promise<JobResult<SegmentingJobs, Name>>;
      return job(params, { ...control, report: () => undefined, ask: onAsk });
    }
    const thread = this.#threads.reduce((least, other) => (other.pending < least.pending ? other : least));
    return thread.run(name, params, { ...control, onAsk });
  }
}

/** One image in progress, with its access to the shared networks and memory. */
class Visit {
  /** Time that it has waited for its turn and for memory. */
  waitedMs = 0;
  #pixels = 0;
  #ended = false;

  constructor(
    private readonly networks: Networks,
    private readonly budget: PixelBudget,
    private readonly control: JobControl,
  ) {}

  async answer(question: SegmentQuestion): Promise<unknown> {
    const askedMs = performance.now();
    if (question.kind === 'pixels') {
      await this.budget.enter(question.pixels, this.control.signal);
      this.waitedMs += performance.now() - askedMs;
      this.#pixels += question.pixels;
      if (this.#ended) this.#leave();
      return null;
    }
    const onTurn = (): void => void (this.waitedMs += performance.now() - askedMs);
    return this.networks.predict(question.image, question.settings, this.control, onTurn);
  }

  end(): void {
    this.#ended = true;
    this.#leave();
  }

  #leave(): void {
    this.budget.leave(this.#pixels);
    this.#pixels = 0;
  }
}

export interface SegmenterOptions {
  engine: EngineChoice;
  /** Number of images. */
  images: number;
  /** @default 'measured' */
  networks?: NetworkChoice | undefined;
}

/**
 * Opens an engine and a model for the segmentation of images. It always frees them.
 * @throws LacssError `engine-unavailable`, `model-invalid`
 */
export async function withSegmenter<T>(
  stored: StoredModel,
  { engine: engineChoice, images, networks: choice = 'measured' }: SegmenterOptions,
  work: (segmenter: Segmenter) => Promise<T>,
): Promise<T> {
  const startMs = performance.now();
  const bytesBefore = process.memoryUsage.rss();
  const cores = availableParallelism();
  // They start while the engine opens.
  const pixels = new PixelThreads(images === 1 ? 0 : Math.min(images, mostThreads, cores - 1));
  try {
    return await withModel(stored, engineChoice, async ({ model, card }, { name }) => {
      const networks = new Networks(networkOf(model.inference), images, {
        kind: stored.card.preset,
        choice,
        engine: name,
        threads: cores,
        onlyOne: reasonForOne(images, name),
        openMs: performance.now() - startMs,
        bytes: () => Math.max(leastNetworkBytes, process.memoryUsage.rss() - bytesBefore),
        availableBytes: freemem,
        openTwo: (threadsEach) => new NetworkPair(stored, threadsEach),
      });
      try {
        await networks.ready();
        const { threads, trouble } = await pixels.started();
        return await work(new Segmenter(networks, card, threads, trouble));
      } finally {
        await networks.close();
      }
    });
  } finally {
    pixels.close();
  }
}

/** Why only one network is possible; null if two are. */
function reasonForOne(images: number, engine: EngineName): string | null {
  if (images === 1) return 'There is one image.';
  if (engine !== 'onnx') return `Two networks help only on the processor; ${engine} computes here.`;
  return null;
}
