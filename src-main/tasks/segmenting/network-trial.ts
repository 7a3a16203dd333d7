/** One network on all cores, or two on half of them each. */
export type Arrangement = 'one' | 'two';

/** Speed of each arrangement, in network px per second. */
export type Speeds = Record<Arrangement, number>;

interface Turn {
  arrangement: Arrangement;
  /**
   * Number of images that are not timed. In them, graphs are compiled, and images of the earlier arrangement
   * are still running.
   */
  lead: number;
  timed: number;
}

/** One network is timed before and after two, so that a drift of the machine's speed favours neither. */
const turns: readonly Turn[] = [
  { arrangement: 'one', lead: 3, timed: 6 },
  { arrangement: 'two', lead: 4, timed: 10 },
  { arrangement: 'one', lead: 3, timed: 6 },
];

/** Number of images of a whole trial. */
export const imagesOfTrial = turns.reduce((sum, { lead, timed }) => sum + lead + timed, 0);

/** Measures which arrangement is faster, on the images of the job itself. */
export class NetworkTrial {
  #turn = 0;
  #ended = 0;
  #sinceMs = 0;
  readonly #pixels = { one: 0, two: 0 };
  readonly #ms = { one: 0, two: 0 };

  /** The arrangement to time next; null at the end. */
  get turn(): Arrangement | null {
    return turns[this.#turn]?.arrangement ?? null;
  }

  /** Known after all turns. */
  get speeds(): Speeds | null {
    if (this.turn !== null) return null;
    return { one: this.#speed('one'), two: this.#speed('two') };
  }

  /** @param pixels of the finished image, as the network sees it @param nowMs any steady clock */
  ended(arrangement: Arrangement, pixels: number, nowMs: number): void {
    const turn = turns[this.#turn];
    if (turn?.arrangement !== arrangement) return;
    this.#ended++;
    if (this.#ended === turn.lead) this.#sinceMs = nowMs;
    if (this.#ended > turn.lead) this.#pixels[arrangement] += pixels;
    if (this.#ended < turn.lead + turn.timed) return;
    this.#ms[arrangement] += nowMs - this.#sinceMs;
    this.#turn++;
    this.#ended = 0;
  }

  #speed(arrangement: Arrangement): number {
    return (1000 * this.#pixels[arrangement]) / this.#ms[arrangement];
  }
}
