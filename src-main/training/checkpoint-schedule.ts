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
 * killed repeatedly still advances. Later ones take 2 % of the time, the final one included. A checkpoint
 * that takes 0.2 s is saved every 10 s. The end of an epoch saves none. A resumed run validates the epoch
 * again. Training goes on while a checkpoint is written.
 */
export class CheckpointSchedule {
  readonly #now: () => number;
  #saves = 0;
  #spentMs = 0;
  #firstAt = Number.NaN;
  #dueAt = Number.NEGATIVE_INFINITY;
  #hasProgress = false;
  /** The checkpoint that is being written; it never rejects. */
  #writing: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  /** @param now the time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a checkpoint is due; false if neither step nor validation followed the last one. */
  get isDue(): boolean {
    if (this.#failure !== null) return true;
    return this.#hasProgress && this.#writing === null && this.#now() >= this.#dueAt;
  }

  /** Notes that a step or the end of an epoch is not saved yet. */
  progressed(): void {
    this.#hasProgress = true;
  }

  /**
   * Begins to save a checkpoint, due or not. Its duration determines when the next one is due.
   * @param write copies what it saves before it waits for the first time
   * @throws the error of the checkpoint before
   */
  async save(write: () => Promise<void>): Promise<void> {
    await this.written();
    const begun = this.#now();
    if (this.#saves === 0) this.#firstAt = begun;
    this.#hasProgress = false;
    this.#writing = write().then(
      () => this.#saved(begun),
      (error: unknown) => {
        this.#writing = null;
        this.#failure = { error };
      },
    );
  }

  /** Waits until the last checkpoint is written. @throws the error of writing it */
  async written(): Promise<void> {
    await this.#writing;
    if (this.#failure === null) return;
    const { error } = this.#failure;
    this.#failure = null;
    throw error;
  }

  #saved(begun: number): void {
    this.#writing = null;
    const now = this.#now();
    this.#spentMs += now - begun;
    this.#saves++;
    this.#dueAt = now + this.#gapMs(now - this.#firstAt);
  }

  /** Time until the next checkpoint, `elapsedMs` after the first began. */
  #gapMs(elapsedMs: number): number {
    // The mean, because single writes may be slow.
    const cost = this.#spentMs / this.#saves;
    const gap = (share: number): number => Math.max(SHORTEST_GAP_MS, cost / share - cost);
    if (this.#saves === 1) return gap(SHARE_AT_START);
    // The next one may be followed by the final one at once.
    const untilAllTake = (this.#spentMs + 2 * cost) / LARGEST_SHARE - cost - elapsedMs;
    return Math.max(gap(LARGEST_SHARE), Math.min(untilAllTake, LONGEST_DELAYED_GAP_MS));
  }
}
