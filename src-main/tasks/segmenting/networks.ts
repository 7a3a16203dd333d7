import type { EngineName } from '../../contract/choices.ts';
import { LacssError } from '../../contract/errors.ts';
import type { ComputedBy, SegmentSettings } from '../../contract/inference.ts';
import type { JobControl } from '../../contract/job.ts';
import type { Network, PredictedImage } from '../../inference/network.ts';
import type { PreparedImage } from '../../model/prepare-image.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import type { NetworkPair } from './network-pair.ts';
import { imagesOfTrial, NetworkTrial } from './network-trial.ts';
import type { Arrangement, Speeds } from './network-trial.ts';

/** How many networks a job computes with: measured, or set by the caller. */
export type NetworkChoice = 'measured' | 1 | 2;

/** The networks that a job used, and why. */
export interface NetworkReport extends ComputedBy {
  /** Network px per second of each arrangement, if both were measured. */
  speeds: Speeds | null;
}

export interface NetworkOptions {
  /** The kind of model: networks of one kind are equally fast. */
  kind: string;
  choice: NetworkChoice;
  engine: EngineName;
  /** Threads of the job's own network. */
  threads: number;
  /** Why only one network is possible; null if two are. */
  onlyOne: string | null;
  /** Time that it took to open one network. */
  openMs: number;
  /** Estimated memory of one network. */
  bytes: () => number;
  /** Free memory of the machine. */
  availableBytes: () => number;
  /** Starts two networks with this number of threads each. */
  openTwo: (threadsEach: number) => Pick<NetworkPair, 'opened' | 'predict' | 'close'>;
}

/** Two networks take more memory, so the gain must exceed measurement noise. */
const leastGain = 1.03;

/**
 * A trial is worth it only if the remaining time is this number of openings. Opening two networks occupies
 * both cores, and gains a tenth of the remaining time.
 */
const worthOpenings = 20;

/**
 * Speeds measured in this process, by the model's kind, the threads, the number of views, and the image size.
 */
const measured = new Map<string, Speeds>();

/**
 * The networks of a job. It has one on all cores. If two with half of the cores each are measured to be
 * faster, they replace it. The results are the same bit for bit.
 */
export class Networks {
  readonly #own: Network;
  readonly #options: NetworkOptions;
  readonly #turns = new SerialQueue();
  readonly #trial = new NetworkTrial();
  readonly #startMs = performance.now();
  #two: ReturnType<NetworkOptions['openTwo']> | null = null;
  /** The arrangement of the next image. */
  #current: Arrangement = 'one';
  #settled: { reason: string; speeds: Speeds | null } | null = null;
  /** Images that run in the two networks. */
  #inTwo = 0;
  #imagesLeft: number;
  #imagesDone = 0;
  #key = '';

  /** @param images number of images to segment */
  constructor(own: Network, images: number, options: NetworkOptions) {
    this.#own = own;
    this.#options = options;
    this.#imagesLeft = images;
    const { choice, onlyOne, threads } = options;
    if (onlyOne !== null) this.#settled = { reason: onlyOne, speeds: null };
    else if (choice === 'measured' && threads === 1)
      this.#settled = { reason: 'There is one core.', speeds: null };
    else if (choice !== 'measured') this.#settled = { reason: 'As requested.', speeds: null };
    if (choice === 2 && onlyOne === null) void this.#open();
  }

  get facts(): Pick<Network, 'inputChannels' | 'method' | 'cellDiameterPx'> {
    const { inputChannels, method, cellDiameterPx } = this.#own;
    return { inputChannels, method, cellDiameterPx };
  }

  /** Waits for two requested networks, so that no image runs before. */
  async ready(): Promise<void> {
    if (this.#options.choice === 2) await this.#two?.opened();
  }

  report(): NetworkReport {
    const { engine, threads } = this.#options;
    const settled = this.#settled ?? {
      reason: 'Too few images to measure whether two are faster.',
      speeds: null,
    };
    return this.#current === 'two'
      ? { engine, networks: 2, threads: half(threads), ...settled }
      : { engine, networks: 1, threads, ...settled };
  }

  /** Notes that an image has finished or failed. */
  imageEnded(): void {
    this.#imagesLeft--;
    this.#imagesDone++;
  }

  /**
   * @param onTurn called when the earlier images are finished
   * @throws LacssError as Network.predict
   */
  async predict(
    image: PreparedImage,
    settings: SegmentSettings,
    control: JobControl,
    onTurn: () => void,
  ): Promise<PredictedImage> {
    this.#consider(image, settings);
    const arrangement = this.#current;
    const found =
      arrangement === 'two'
        ? await this.#predictInTwo(image, settings, control, onTurn)
        : await this.#predictHere(image, settings, control, onTurn);
    this.#count(arrangement, image);
    return found;
  }

  /** Ends the two networks outside the job. */
  async close(): Promise<void> {
    await this.#two?.close();
  }

  #predictHere(
    image: PreparedImage,
    settings: SegmentSettings,
    control: JobControl,
    onTurn: () => void,
  ): Promise<PredictedImage> {
    return this.#turns.run(() => {
      onTurn();
      throwIfCancelled(control.signal);
      return this.#own.predict(image, settings, control);
    });
  }

  async #predictInTwo(
    image: PreparedImage,
    settings: SegmentSettings,
    control: JobControl,
    onTurn: () => void,
  ): Promise<PredictedImage> {
    this.#inTwo++;
    try {
      return await this.#two!.predict(image, settings, control, onTurn);
    } catch (error) {
      if (!(error instanceof LacssError) || error.code !== 'process-crashed') throw error;
      this.#settle('one', `${error.message} One network continues.`);
    } finally {
      this.#inTwo--;
      this.#closeWhatIsLeft();
    }
    return this.#predictHere(image, settings, control, onTurn);
  }

  /** Opens two networks if it is worth it now. */
  #consider(image: PreparedImage, { views }: SegmentSettings): void {
    if (this.#settled !== null || this.#two !== null) return;
    const { kind, threads, openMs } = this.#options;
    this.#key ||= `${kind} ${threads} ${views} ${Math.round(Math.log2(image.height * image.width))}`;
    const known = measured.get(this.#key);
    if (known !== undefined && known.two < leastGain * known.one) {
      this.#settled = { reason: reasonOf(known, threads), speeds: known };
      return;
    }
    if (this.#trial.turn !== 'two') return;
    const msLeft = (this.#imagesLeft * (performance.now() - this.#startMs)) / Math.max(1, this.#imagesDone);
    if (this.#imagesLeft < 2 * imagesOfTrial || msLeft < worthOpenings * openMs) return;
    // Half of the free memory stays for the images and other programs.
    const [takenBytes, availableBytes] = [2 * this.#options.bytes(), this.#options.availableBytes()];
    if (takenBytes > availableBytes / 2) {
      const [needed, left] = [takenBytes, availableBytes].map((size) => `${(size / 2 ** 30).toFixed(1)} GB`);
      this.#settled = { reason: `Two would take ${needed} of memory, and ${left} are free.`, speeds: null };
      return;
    }
    void this.#open(known);
  }

  async #open(known: Speeds | null = null): Promise<void> {
    const { threads, openTwo } = this.#options;
    this.#two = openTwo(half(threads));
    try {
      await this.#two.opened();
      this.#current = 'two';
      if (known !== null) this.#settled = { reason: reasonOf(known, threads), speeds: known };
    } catch (error) {
      this.#settle(
        'one',
        `Two could not be opened: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #count(arrangement: Arrangement, { height, width }: PreparedImage): void {
    if (this.#settled !== null) return;
    this.#trial.ended(arrangement, height * width, performance.now());
    const { speeds, turn } = this.#trial;
    if (speeds !== null) {
      measured.set(this.#key, speeds);
      const faster = speeds.two < leastGain * speeds.one ? 'one' : 'two';
      this.#settle(faster, reasonOf(speeds, this.#options.threads), speeds);
    } else if (turn === 'one') this.#current = 'one';
  }

  #settle(current: Arrangement, reason: string, speeds: Speeds | null = null): void {
    this.#current = current;
    this.#settled = { reason, speeds };
    this.#closeWhatIsLeft();
  }

  /** Frees the two when no image runs in them and none will. */
  #closeWhatIsLeft(): void {
    if (this.#settled !== null && this.#current === 'one' && this.#inTwo === 0) {
      void this.#two?.close();
    }
  }
}

/** Threads for each of two networks. */
function half(threads: number): number {
  return Math.max(1, Math.floor(threads / 2));
}

function reasonOf({ one, two }: Speeds, threads: number): string {
  const [alone, each] = [one, two].map((speed) => (speed / 1e6).toFixed(2));
  return `Measured: ${each} megapixels per second with two networks of ${threadsText(half(threads))} each, ${alone} with one of ${threadsText(threads)}.`;
}

function threadsText(threads: number): string {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}
