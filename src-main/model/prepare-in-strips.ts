import { itemAt } from '../contract/elements.ts';
import type { FloatPlane } from '../contract/pixels.ts';
import { ClippedStatisticsCounter } from '../imaging/intensity/clipped-statistics.ts';
import type { ClippedStatistics } from '../imaging/intensity/clipped-statistics.ts';
import { commonPadding, findPadding } from '../imaging/padding/find-padding.ts';
import { BandFiller } from '../imaging/padding/band-filler.ts';
import { fillMissing } from '../imaging/padding/fill-missing.ts';
import { missingIn } from '../imaging/padding/missing-in.ts';
import { isBlank } from '../imaging/padding/is-blank.ts';
import { resizeRows, rowsToResize } from '../imaging/resample/resize-plane.ts';
import { RowWindow } from '../imaging/row-window.ts';
import type { Rows } from '../imaging/row-window.ts';
import { clipPercentiles } from './prepare-image.ts';
import type { PreparedImage } from './prepare-image.ts';

/** An image that is too large to be held: its channels come in bands of rows, from the top down. */
export interface BandedImage {
  height: number;
  width: number;
  /**
   * One per channel of the model, in its order. Each call starts at the first band. NaN stands for pixels
   * beside the image.
   */
  channels: readonly (() => AsyncIterable<Rows>)[];
}

/** What has to be known of a whole image before a part of it can be prepared. */
export interface ImageStatistics {
  channels: ClippedStatistics[];
  /** Whether no band of the image shows anything. */
  isBlank: boolean;
  /** Padding on every n-th row and column, 1 for padding; `null` without padding. */
  padding: { every: number; height: number; width: number; data: Uint8Array } | null;
}

/** Padding is looked for on at most so many pixels. */
const mostPaddingPixels = 2 ** 22;

/** Source pixels that are resized at a time. */
const pixelsAtOnce = 2 ** 21;

/**
 * Reads an image once for its statistics; twice if it has padding, which must not count.
 * @param pace called between bands; may throw to cancel.
 * @throws what the bands and `pace` throw.
 */
export async function imageStatistics(
  image: BandedImage,
  pace: () => Promise<void>,
): Promise<ImageStatistics> {
  const first = await readStatistics(image, null, pace);
  return first.padding === null ? first : readStatistics(image, first.padding, pace);
}

async function readStatistics(
  { height, width, channels }: BandedImage,
  padding: ImageStatistics['padding'],
  pace: () => Promise<void>,
): Promise<ImageStatistics> {
  const every = Math.ceil(Math.sqrt((height * width) / mostPaddingPixels));
  const size = { height: Math.ceil(height / every), width: Math.ceil(width / every) };
  const statistics: ClippedStatistics[] = [];
  const paddings: (Uint8Array | null)[] = [];
  let blank = true;
  for (const bands of channels) {
    const counter = new ClippedStatisticsCounter();
    const sampled = { ...size, data: new Float32Array(size.height * size.width) };
    for await (const band of bands()) {
      await pace();
      const isLeftOut = either(missingIn(band.data), padding === null ? null : paddingOf(padding, band));
      counter.add(band.data, isLeftOut);
      blank &&= isBlank(band, isLeftOut);
      sampleRows(band, every, sampled);
    }
    statistics.push(counter.statistics(clipPercentiles.low, clipPercentiles.high));
    paddings.push(padding === null ? findPadding(fillMissing(sampled)) : null);
  }
  const found = padding === null ? commonPadding(paddings) : padding.data;
  return {
    channels: statistics,
    isBlank: blank,
    padding: found === null ? null : { every, ...size, data: found },
  };
}

function either(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, i) => value | b[i]!);
}

/** Copies every n-th pixel of a band. */
function sampleRows(band: Rows, every: number, sampled: FloatPlane): void {
  const skipped = (every - (band.y % every)) % every;
  for (let y = skipped; y < band.height; y += every) {
    const row = ((band.y + y) / every) * sampled.width;
    for (let x = 0; x < sampled.width; x++) sampled.data[row + x] = band.data[y * band.width + x * every]!;
  }
}

/** The padding of some rows, pixel by pixel. */
export function paddingOf(
  { every, width: columns, data }: NonNullable<ImageStatistics['padding']>,
  { y: top, height, width }: { y: number; height: number; width: number },
): Uint8Array {
  const isPadding = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((top + y) / every) * columns;
    for (let x = 0; x < width; x++) isPadding[y * width + x] = data[row + Math.floor(x / every)]!;
  }
  return isPadding;
}

/** A channel whose pixels without a number show the mirrored image, and its mean above the image. */
async function* filledBands(bands: AsyncIterable<Rows>, mean: number): AsyncGenerator<Rows> {
  const filler = new BandFiller(mean);
  for await (const band of bands) yield filler.fill(band, missingIn(band.data));
}

/**
 * Prepares an image for the network strip by strip, from the top down, with the values of
 * `prepareImage`. It holds
 * the strip before, and two million source pixels per channel.
 */
export class PreparedStrips {
  /** Size of the whole prepared image. */
  readonly height: number;
  readonly width: number;
  readonly #image: BandedImage;
  readonly #windows: RowWindow[];
  #before: PreparedImage & { top: number };

  /** @param scale new size / old size. */
  constructor(image: BandedImage, statistics: readonly ClippedStatistics[], scale: number) {
    this.#image = image;
    this.height = Math.max(1, Math.round(image.height * scale));
    this.width = Math.max(1, Math.round(image.width * scale));
    this.#windows = image.channels.map((channel, c) => {
      const own = itemAt(statistics, c);
      const bands = (): AsyncIterable<Rows> => filledBands(channel(), own.mean);
      return new RowWindow({ width: image.width, bands }, (values) => standardised(values, own));
    });
    const nothing = { height: 0, width: this.width, data: new Float32Array(0) };
    this.#before = { ...nothing, channels: image.channels.length, top: 0 };
  }

  /**
   * The rows `top` up to `bottom` of the prepared image.
   * @throws RangeError if `top` is above that of the strip before; what the bands throw.
   */
  async strip(top: number, bottom: number): Promise<PreparedImage> {
    const { width } = this;
    const channels = this.#image.channels.length;
    const data = new Float32Array((bottom - top) * width * channels);
    const known = this.#before;
    if (top < known.top) throw new RangeError(`row ${top}; expected at least ${known.top}`);
    const from = Math.max(top, Math.min(bottom, known.top + known.height));
    data.set(
      known.data.subarray((top - known.top) * width * channels, (from - known.top) * width * channels),
    );
    const rowsAtOnce = Math.max(
      1,
      Math.floor((pixelsAtOnce / this.#image.width) * (this.height / this.#image.height)),
    );
    for (let row = from; row < bottom; row += rowsAtOnce) {
      const rows = { from: row, to: Math.min(bottom, row + rowsAtOnce) };
      for (const [channel, window] of this.#windows.entries()) {
        const part = await this.#resized(window, rows);
        const start = (row - top) * width * channels + channel;
        for (let i = 0; i < part.data.length; i++) data[start + i * channels] = part.data[i]!;
      }
    }
    const strip = { height: bottom - top, width, channels, data };
    this.#before = { ...strip, top };
    return strip;
  }

  /** Reads the rest, which may say at its end that the image is unusable. */
  async close(): Promise<void> {
    for (const window of this.#windows) await window.close();
  }

  async #resized(window: RowWindow, rows: { from: number; to: number }): Promise<FloatPlane> {
    const { height } = this.#image;
    if (height === this.height && this.#image.width === this.width) return window.rows(rows.from, rows.to);
    const needed = rowsToResize(height, this.height, rows);
    const band = { ...(await window.rows(needed.from, needed.to)), y: needed.from };
    return resizeRows(band, height, this, rows);
  }
}

function standardised(values: Float32Array, { low, high, mean, deviation }: ClippedStatistics): Float32Array {
  const out = new Float32Array(values.length);
  if (deviation === 0) return out;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! < low ? low : values[i]! > high ? high : values[i]!;
    out[i] = (value - mean) / deviation;
  }
  return out;
}
