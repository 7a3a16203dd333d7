/** Saving takes at most 2 % of the time. */
const LARGEST_SHARE = 0.02;

/**
 * Before the second checkpoint the limit is 10 %, so that a run killed every 10 s keeps more than one step.
 */
const SHARE_AT_START = 0.1;

/** Shortest useful interval between checkpoints. */
const SHORTEST_GAP_MS = 1000;

/** Checkpoints at the ends of epochs delay the next one by no more than this, or than its own share. */
const LONGEST_DELAY_MS = 30_000;

/**
 * Decides when training saves a checkpoint between two epochs. The first one follows the first step, so that
 * a run that is killed repeatedly still advances. Later ones take 2 % of the time, with those at the ends of
 * epochs: checkpoints of 20 ms every second, of 0.2 s every 10 s, of 0.6 s every 30 s.
 */
export class CheckpointSchedule {
  readonly #now: () => number;
  #saves = 0;
  #spentMs = 0;
  #dueAt = Number.NEGATIVE_INFINITY;
  #hasSteps = false;

  /** @param now the time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a checkpoint is due; false if no step followed the last one. */
  get isDue(): boolean {
    return this.#hasSteps && this.#now() >= this.#dueAt;
  }

  /** Counts a step. */
  stepped(): void {
    this.#hasSteps = true;
  }

  /** Saves a checkpoint, due or not. Its duration determines when the next one is due. */
  async save(write: () => Promise<void>): Promise<void> {
    const begun = this.#now();
    await write();
    const now = this.#now();
    this.#spentMs += now - begun;
    this.#saves++;
    this.#hasSteps = false;
    // The time of one that came early is saved afterwards.
    const gap = this.#gapMs();
    const delayed = Math.max(this.#dueAt, now) + gap;
    this.#dueAt = Math.min(delayed, now + Math.max(gap, LONGEST_DELAY_MS));
  }

  #gapMs(): number {
    const share = this.#saves === 1 ? SHARE_AT_START : LARGEST_SHARE;
    // The mean, because single writes may be slow.
    const cost = this.#spentMs / this.#saves;
    return Math.max(SHORTEST_GAP_MS, cost / share - cost);
  }
}
