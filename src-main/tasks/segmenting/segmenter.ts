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

/** So many threads see to pixels at most: the network is seldom quicker than four of them. */
const mostThreads = 4;

/**
 * An image between its file and its results takes some 30 bytes a pixel: 1 GB in all, or one image where that
 * is larger.
 */
const pixelsAtOnce = 2 ** 25;

/** A network in a process that had grown before takes this much all the same: `small` in tiles of 1024 px. */
const leastNetworkBytes = 600 * 2 ** 20;

/** The inputs of a job of a segmenting thread that the segmenter does not have. */
type Given<Name extends 'entry' | 'group'> = Omit<Parameters<SegmentingJobs[Name]>[0], 'network' | 'card'>;

/** What a job computed with in the end, and why. */
export interface SegmentingReport extends NetworkReport {
  /** One sentence where threads for the pixels could not be started; null where all were. */
  trouble: string | null;
}

/**
 * Segments images, several at a time where there are several: while one is in the network, threads read and
 * prepare the next and draw the one before. An image's results do not depend on which others are under way.
 */
export class Segmenter {
  readonly #networks: Networks;
  readonly #card: ModelCard;
  readonly #threads: readonly Supervisor<SegmentingJobs>[];
  readonly #trouble: string | null;
  readonly #budget = new PixelBudget(pixelsAtOnce);

  /**
   * @param threads none: everything is done here, one image after the other
   * @param trouble in a sentence, why there are no more of them
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
   * How many images to have under way: one in each of two networks, one waiting for them, and one in each
   * thread.
   */
  get atOnce(): number {
    return this.#threads.length === 0 ? 1 : this.#threads.length + 3;
  }

  /** What computes, and why. */
  report(): SegmentingReport {
    return { ...this.#networks.report(), trouble: this.#trouble };
  }

  /** The same for the record of an image that was just found. */
  get computedBy(): ComputedBy {
    const { engine, networks, threads, reason } = this.#networks.report();
    return { engine, networks, threads, reason };
  }

  /**
   * Segments one image.
   * @returns what was found, and how long it took without waiting for its turn
   * @throws LacssError whatever is wrong with the image; `cancelled`, `out-of-memory`, `process-crashed`
   * where its thread dies
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

/** One image's way through: what it is given of what all share. */
class Visit {
  /** How long it has waited for its turn and for room. */
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
  /** How many images there are. */
  images: number;
  /** @default 'measured' */
  networks?: NetworkChoice | undefined;
}

/**
 * Opens an engine and a model for the segmentation of images, and frees all of it whatever happens.
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

/** Why there can be but one network; null where nothing is against two. */
function reasonForOne(images: number, engine: EngineName): string | null {
  if (images === 1) return 'There is one image.';
  if (engine !== 'onnx') return `Two networks are for the processor's cores, and ${engine} computes.`;
  return null;
}
