import { itemAt } from '../contract/elements.ts';
import type { FloatPlane, LabelRuns } from '../contract/pixels.ts';
import { ClippedStatisticsCounter, standardised } from '../imaging/intensity/clipped-statistics.ts';
import type { ClippedStatistics } from '../imaging/intensity/clipped-statistics.ts';
import { LabelRunsBuilder } from '../imaging/label/label-runs-builder.ts';
import { commonPadding, findPadding } from '../imaging/padding/find-padding.ts';
import { BandFiller } from '../imaging/padding/band-filler.ts';
import { fillMissing } from '../imaging/padding/fill-missing.ts';
import { missingIn } from '../imaging/padding/missing-in.ts';
import { isBlank } from '../imaging/padding/is-blank.ts';
import type { PaddingRuns } from '../imaging/padding/padding-runs.ts';
import { SampledPadding } from '../imaging/padding/sampled-padding.ts';
import { resizeRows, rowsToResize } from '../imaging/resample/resize-plane.ts';
import { RowWindow } from '../imaging/source/row-window.ts';
import type { Rows } from '../imaging/source/row-window.ts';
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

/** Statistics of a whole image, needed before a part of it can be prepared. */
export interface ImageStatistics {
  channels: ClippedStatistics[];
  /** Whether no band of the image shows anything. */
  isBlank: boolean;
  /** The padding, pixel by pixel; `null` without padding. */
  padding: PaddingRuns | null;
}

/** Padding is looked for on at most this number of pixels. */
const mostPaddingPixels = 2 ** 22;

/** Source pixels that are resized at a time. */
const pixelsAtOnce = 2 ** 21;

/**
 * Reads an image once for its statistics; twice if it has padding of a constant value, which must not count.
 * @param pace called between bands; may throw to cancel.
 * @throws what the bands and `pace` throw.
 */
export async function imageStatistics(
  image: BandedImage,
  pace: () => Promise<void>,
): Promise<ImageStatistics> {
  const every = Math.ceil(Math.sqrt((image.height * image.width) / mostPaddingPixels));
  const { samples, ...first } = await readStatistics(image, every, ({ data }) => missingIn(data), pace);
  const planes = samples.map(fillMissing);
  const padding = commonPadding(planes.map(findPadding));
  // Missing pixels are NaN, so they need no search.
  if (padding === null || planes.every(({ missing }) => missing !== undefined)) return first;
  const paddings = samples.map((sample) => new SampledPadding(every, sample, padding));
  const paddingIn = (band: Rows, channel: number): Uint8Array => itemAt(paddings, channel).of(band);
  const second = await readStatistics(image, every, paddingIn, pace);
  return { channels: second.channels, isBlank: second.isBlank, padding: second.padding };
}

async function readStatistics(
  { height, width, channels }: BandedImage,
  every: number,
  paddingIn: (band: Rows, channel: number) => Uint8Array | null,
  pace: () => Promise<void>,
): Promise<ImageStatistics & { samples: FloatPlane[] }> {
  const size = { height: Math.ceil(height / every), width: Math.ceil(width / every) };
  const statistics: ClippedStatistics[] = [];
  const samples: FloatPlane[] = [];
  const paddings: LabelRuns[] = [];
  let blank = true;
  for (const [channel, bands] of channels.entries()) {
    const counter = new ClippedStatisticsCounter();
    const sampled = { ...size, data: new Float32Array(size.height * size.width) };
    const runs = new LabelRunsBuilder(height, width);
    for await (const band of bands()) {
      await pace();
      const isLeftOut = paddingIn(band, channel);
      counter.add(band.data, isLeftOut);
      blank &&= isBlank(band, isLeftOut);
      sampleRows(band, every, sampled);
      if (isLeftOut === null) runs.addEmptyRows(band.height);
      else runs.addRows(isLeftOut);
    }
    statistics.push(counter.statistics(clipPercentiles.low, clipPercentiles.high));
    samples.push(sampled);
    paddings.push(runs.build());
  }
  const isPadded = paddings.every(({ labels }) => labels.length > 0);
  return { channels: statistics, isBlank: blank, padding: isPadded ? paddings : null, samples };
}

/** Copies every n-th pixel of a band. */
function sampleRows(band: Rows, every: number, sampled: FloatPlane): void {
  const skipped = (every - (band.y % every)) % every;
  for (let y = skipped; y < band.height; y += every) {
    const row = ((band.y + y) / every) * sampled.width;
    for (let x = 0; x < sampled.width; x++) sampled.data[row + x] = band.data[y * band.width + x * every]!;
  }
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

  /** Reads the rest of the image, because its end may show that the image is unusable. */
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
