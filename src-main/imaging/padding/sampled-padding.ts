import type { FloatPlane } from '../../contract/pixels.ts';
import type { Rows } from '../source/row-window.ts';
import { valuesBeside } from './values-beside.ts';

/**
 * Finds the padding of a channel pixel by pixel, from the padding of every n-th row and column. Near its
 * edge, a pixel is padding if it has the value of the padding there.
 */
export class SampledPadding {
  readonly #every: number;
  readonly #columns: number;
  /** Per block: the value of padding in it or beside it, NaN if there is none. */
  readonly #values: Float32Array;
  /** 1 for blocks that have padding on all sides. */
  readonly #isInside: Uint8Array;

  /**
   * @param every n
   * @param sample every n-th pixel of the channel; NaN stands for missing ones
   * @param padding 1 for samples that are padding in all channels
   */
  constructor(every: number, sample: FloatPlane, padding: Uint8Array) {
    const { height, width, data } = sample;
    this.#every = every;
    this.#columns = width;
    if (every === 1) {
      this.#values = new Float32Array(padding.length).fill(NaN);
      this.#isInside = padding;
      return;
    }
    this.#values = valuesBeside(sample, padding);
    this.#isInside = padding.map((value, i) => {
      // Missing pixels are NaN, so they need no value.
      if (value === 0 || Number.isNaN(data[i])) return 0;
      const [y, x] = [Math.floor(i / width), i % width];
      for (let dy = Math.max(0, y - 1); dy <= Math.min(height - 1, y + 1); dy++) {
        for (let dx = Math.max(0, x - 1); dx <= Math.min(width - 1, x + 1); dx++) {
          if (padding[dy * width + dx] === 0) return 0;
        }
      }
      return 1;
    });
  }

  /** 1 for the padding of some rows of the channel, by pixel. */
  of({ y: top, height, width, data }: Rows): Uint8Array {
    const isPadding = new Uint8Array(data.length);
    for (let y = 0, i = 0; y < height; y++) {
      const row = Math.floor((top + y) / this.#every) * this.#columns;
      for (let x = 0; x < width; x++, i++) {
        const value = data[i]!;
        const block = row + Math.floor(x / this.#every);
        if (Number.isNaN(value) || this.#isInside[block] !== 0 || value === this.#values[block])
          isPadding[i] = 1;
      }
    }
    return isPadding;
  }
}
