/** Saving takes at most one part in fifty of the time: 2 %. */
const LARGEST_SHARE = 1 / 50;

/** After the first checkpoint the gaps double from here … */
const FIRST_GAP_MS = 1000;

/** … up to here, so that a crash costs at most this much work. */
const LONGEST_GAP_MS = 30_000;

/**
 * Decides when a training saves a checkpoint between two epochs: after its first step, so that a training that is
 * killed again and again still advances; then at growing gaps of 1 s to 30 s. Where saving is slow, gaps are longer
 * than that, because saving may take at most 2 % of the time.
 */
export class CheckpointSchedule {
  readonly #now: () => number;
  #gapMs = 0;
  #savedAt = 0;
  #hasSteps = false;

  /** @param now the time in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a checkpoint is due: never before a step that is not saved yet. */
  get isDue(): boolean {
    return this.#hasSteps && this.#now() - this.#savedAt >= this.#gapMs;
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
    this.#hasSteps = false;
    const doubled = Math.min(Math.max(2 * this.#gapMs, FIRST_GAP_MS), LONGEST_GAP_MS);
    const affordable = (this.#savedAt - begun) * (1 / LARGEST_SHARE - 1);
    this.#gapMs = Math.max(doubled, affordable);
  }
}
