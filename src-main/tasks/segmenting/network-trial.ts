/** One network on all cores, or two on half of them each. */
export type Arrangement = 'one' | 'two';

/** How fast each arrangement is, in network px a second. */
export type Speeds = Record<Arrangement, number>;

interface Turn {
  arrangement: Arrangement;
  /**
   * So many images are not timed: graphs are compiled, and those of the arrangement before are still on their
   * way.
   */
  lead: number;
  timed: number;
}

/** One before and after two: a machine whose speed wanders in between favours neither. */
const turns: readonly Turn[] = [
  { arrangement: 'one', lead: 3, timed: 6 },
  { arrangement: 'two', lead: 4, timed: 10 },
  { arrangement: 'one', lead: 3, timed: 6 },
];

/** So many images it takes to find out. */
export const imagesOfTrial = turns.reduce((sum, { lead, timed }) => sum + lead + timed, 0);

/** Finds out which arrangement gets images through faster, on the images that are to be done anyway. */
export class NetworkTrial {
  #turn = 0;
  #ended = 0;
  #sinceMs = 0;
  readonly #pixels = { one: 0, two: 0 };
  readonly #ms = { one: 0, two: 0 };

  /** Whose turn it is; null once all is known. */
  get turn(): Arrangement | null {
    return turns[this.#turn]?.arrangement ?? null;
  }

  /** Known once every arrangement has had its turns. */
  get speeds(): Speeds | null {
    if (this.turn !== null) return null;
    return { one: this.#speed('one'), two: this.#speed('two') };
  }

  /**
   * @param pixels of the image as the network sees it, that has come through @param nowMs any steady clock
   */
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
