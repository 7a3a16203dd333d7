/** Saving takes at most 2 % of the time … */
const LARGEST_SHARE = 0.02;

/** … but 10 % before the second checkpoint, so that a training killed every 10 s keeps more than one step. */
const SHARE_AT_START = 0.1;

/** More often than this nobody needs a checkpoint. */
const SHORTEST_GAP_MS = 1000;

/**
 * Decides when a training saves a checkpoint between two epochs. The first comes after the first step: a training that is
 * killed again and again still advances. The others follow as often as 2 % of the time allows: with checkpoints that
 * take 20 ms every second, with 0.2 s every 10 s, with 0.6 s every 30 s.
 */
export class CheckpointSchedule {
  readonly #now: () => number;
  #saves = 0;
  #spentMs = 0;
  #savedAt = 0;
  #hasSteps = false;

  /** @param now the time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a checkpoint is due; never where no step came since the last. */
  get isDue(): boolean {
    return this.#hasSteps && this.#now() - this.#savedAt >= this.#gapMs();
  }

  /** Notes a step. */
  stepped(): void {
    this.#hasSteps = true;
  }

  /** Saves a checkpoint, due or not. What it costs decides when the next one is due. */
  async save(write: () => Promise<void>): Promise<void> {
    const begun = this.#now();
    await write();
    this.#savedAt = this.#now();
    this.#spentMs += this.#savedAt - begun;
    this.#saves++;
    this.#hasSteps = false;
  }

  #gapMs(): number {
    if (this.#saves === 0) return 0;
    const share = this.#saves === 1 ? SHARE_AT_START : LARGEST_SHARE;
    // The mean, because a disk is slow now and then.
    const cost = this.#spentMs / this.#saves;
    return Math.max(SHORTEST_GAP_MS, cost / share - cost);
  }
}
