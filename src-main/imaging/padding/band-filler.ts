import type { Rows } from '../source/row-window.ts';
import { fillPadding } from './fill-padding.ts';

/**
 * Replaces the padding of rows that come in bands, from the top down, by the mirrored image. A band without
 * image pixels repeats the row above.
 */
export class BandFiller {
  readonly #start: number;
  #above: Float32Array | null = null;

  /** @param start the value of bands above the image */
  constructor(start: number) {
    this.#start = start;
  }

  /** @param padding 1 for padding, by pixel; `null`: none */
  fill(band: Rows, padding: Uint8Array | null): Rows {
    const { width } = band;
    let data = band.data;
    if (padding?.includes(0) === true) data = fillPadding(band, padding).data;
    else if (padding !== null) {
      const above = this.#above;
      data = data.map(above === null ? () => this.#start : (_, i) => above[i % width]!);
      if (above === null) return { ...band, data };
    }
    this.#above = data.slice(-width);
    return { ...band, data };
  }
}
