/** Saving takes at most 2 % of the time. */
const LARGEST_SHARE = 0.02;

/**
 * Before the second checkpoint the limit is 10 %, so that a run killed every 10 s keeps more than one step.
 */
const SHARE_AT_START = 0.1;

/** Shortest useful interval between checkpoints. */
const SHORTEST_GAP_MS = 1000;

/**
 * The first two checkpoints come early. To make up for their time, later ones are delayed, up to this gap.
 */
const LONGEST_DELAYED_GAP_MS = 30_000;

/**
 * Decides when training saves a checkpoint. The first one follows the first step, so that a run that is
 * killed repeatedly still advances. Later ones take 2 % of the time. A checkpoint that takes 0.2 s is saved
 * every 10 s. The end of an epoch saves none. A resumed run validates the epoch again.
 */
export class CheckpointSchedule {
  readonly #now: () => number;
  #saves = 0;
  #spentMs = 0;
  #firstAt = Number.NaN;
  #dueAt = Number.NEGATIVE_INFINITY;
  #hasProgress = false;

  /** @param now the time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a checkpoint is due; false if neither step nor validation followed the last one. */
  get isDue(): boolean {
    return this.#hasProgress && this.#now() >= this.#dueAt;
  }

  /** Notes that a step or the end of an epoch is not saved yet. */
  progressed(): void {
    this.#hasProgress = true;
  }

  /** Saves a checkpoint, due or not. Its duration determines when the next one is due. */
  async save(write: () => Promise<void>): Promise<void> {
    const begun = this.#now();
    if (this.#saves === 0) this.#firstAt = begun;
    await write();
    const now = this.#now();
    this.#spentMs += now - begun;
    this.#saves++;
    this.#hasProgress = false;
    this.#dueAt = now + this.#gapMs(now - this.#firstAt);
  }

  /** Time until the next checkpoint, `elapsedMs` after the first began. */
  #gapMs(elapsedMs: number): number {
    // The mean, because single writes may be slow.
    const cost = this.#spentMs / this.#saves;
    const gap = (share: number): number => Math.max(SHORTEST_GAP_MS, cost / share - cost);
    if (this.#saves === 1) return gap(SHARE_AT_START);
    const untilAllTake = (this.#spentMs + cost) / LARGEST_SHARE - cost - elapsedMs;
    return Math.max(gap(LARGEST_SHARE), Math.min(untilAllTake, LONGEST_DELAYED_GAP_MS));
  }
}
