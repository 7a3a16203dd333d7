import { itemAt } from '../../contract/elements.ts';
import type { FloatPlane } from '../../contract/pixels.ts';

/** Rows of a plane [height, width]; `y` is the first of them. */
export type Rows = FloatPlane & { y: number };

/** A window that moves down a plane whose rows come in bands. Only the rows between its ends are held. */
export class RowWindow {
  readonly #width: number;
  readonly #bands: AsyncIterator<Rows>;
  readonly #change: (values: Float32Array) => Float32Array;
  /** Bands that reach into the window or below it. */
  #held: Rows[] = [];

  /** @param change changes the values of each band, once. */
  constructor(
    { width, bands }: { width: number; bands: () => AsyncIterable<Rows> },
    change: (values: Float32Array) => Float32Array,
  ) {
    this.#width = width;
    this.#bands = bands()[Symbol.asyncIterator]();
    this.#change = change;
  }

  /**
   * The rows `from` up to `to`.
   * @throws RangeError if they begin above an earlier request, or end below the plane.
   */
  async rows(from: number, to: number): Promise<FloatPlane> {
    this.#held = this.#held.filter((band) => band.y + band.height > from);
    for (let last = this.#held.at(-1); last === undefined || last.y + last.height < to;) {
      const next = await this.#bands.next();
      if (next.done === true) throw new RangeError(`rows up to ${to} are not there`);
      last = { ...next.value, data: this.#change(next.value.data) };
      if (last.y + last.height > from) this.#held.push(last);
    }
    if (itemAt(this.#held, 0).y > from) throw new RangeError(`row ${from} has been passed`);
    const data = new Float32Array((to - from) * this.#width);
    for (const { y, height, data: values } of this.#held) {
      const [first, end] = [Math.max(from, y), Math.min(to, y + height)];
      if (first >= end) continue;
      data.set(
        values.subarray((first - y) * this.#width, (end - y) * this.#width),
        (first - from) * this.#width,
      );
    }
    return { height: to - from, width: this.#width, data };
  }

  /** Reads the remaining bands, because an error may come after the last one. */
  async close(): Promise<void> {
    this.#held = [];
    while ((await this.#bands.next()).done !== true);
  }
}
