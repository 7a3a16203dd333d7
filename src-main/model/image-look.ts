import type { FloatPlane } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { outsidePadding } from '../imaging/intensity/outside-padding.ts';
import { shownPart } from '../imaging/padding/shown-part.ts';
import { prepareImage } from './prepare-image.ts';
import type { PreparedImage } from './prepare-image.ts';

/** Simple figures of how a channel looks, as the network sees it: cells have the same size in all images. */
export const lookFigures = ['contrast', 'skewness', 'fineDetail', 'coarseDetail'] as const;
export type LookFigure = (typeof lookFigures)[number];
export type LookFigures = Record<LookFigure, number>;

/** σ in network px of the blurs that separate noise, parts of cells, and cells of 32 px. */
const [fineSigmaPx, coarseSigmaPx] = [1.5, 6];

/** Rows beside a part that its blurs reach, in network px. Blurs end at 4 σ. */
export const lookMarginPx = 4 * coarseSigmaPx;

/** A share of 0 has no logarithm. */
const least = 1e-4;

/**
 * Describes the look of each channel of an image.
 *
 * - contrast: ln of standard deviation over mean of the pixels
 * - skewness of the standardised intensities: near 0 in phase contrast, high for stained cells on black
 * - fine and coarse detail: ln of the share of the standard deviation in structures below about 4 and 16 px.
 *   It approximates the slope of the spectrum.
 *
 * Padding does not count.
 *
 * @param planes the original channels
 * @param scale by which the network sees them: new size / old size
 */
export function imageLook(planes: readonly FloatPlane[], scale: number): LookFigures[] {
  const part = shownPart(planes);
  const prepared = prepareImage(part.planes, scale, part.padding);
  return part.planes.map((plane, channel) => {
    const sums = new LookSums();
    sums.addPixels(outsidePadding(plane.data, part.padding));
    sums.addPrepared(planeOfChannel(prepared, channel), { from: 0, to: prepared.height }, null);
    return sums.look();
  });
}

/** One channel of a prepared image. */
export function planeOfChannel(
  { height, width, channels, data }: PreparedImage,
  channel: number,
): FloatPlane {
  return {
    height,
    width,
    data: Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]!),
  };
}

/** Adds up the figures of a channel, part by part. */
export class LookSums {
  readonly #raw = new Moments();
  readonly #whole = new Moments();
  readonly #fine = new Moments();
  readonly #coarse = new Moments();

  /** Adds pixels of the original channel. */
  addPixels(values: Float32Array): void {
    for (const value of values) this.#raw.add(value);
  }

  /**
   * Adds some rows of a prepared part of the channel; their detail needs `lookMarginPx` rows beside them.
   * @param padding 1 for pixels of the part that do not count; `null`: all count
   */
  addPrepared(part: FloatPlane, rows: { from: number; to: number }, padding: Uint8Array | null): void {
    const { data } = part;
    const fine = gaussianFilter(part, fineSigmaPx).data;
    const coarse = gaussianFilter(part, coarseSigmaPx).data;
    for (let i = rows.from * part.width; i < rows.to * part.width; i++) {
      if (padding !== null && padding[i] !== 0) continue;
      this.#whole.add(data[i]!);
      this.#fine.add(data[i]! - fine[i]!);
      this.#coarse.add(fine[i]! - coarse[i]!);
    }
  }

  /** The figures; NaN where nothing was added. */
  look(): LookFigures {
    const [raw, whole] = [this.#raw, this.#whole];
    const share = ({ deviation }: Moments): number =>
      Math.log(Math.max(least, deviation / (whole.deviation || 1)));
    return {
      contrast: Math.log(Math.max(least, raw.deviation / Math.max(least, Math.abs(raw.mean)))),
      skewness: whole.skewness,
      fineDetail: share(this.#fine),
      coarseDetail: share(this.#coarse),
    };
  }
}

class Moments {
  #count = 0;
  #sum = 0;
  #squares = 0;
  #cubes = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#squares += value * value;
    this.#cubes += value * value * value;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  get deviation(): number {
    return Math.sqrt(Math.max(0, this.#squares / this.#count - this.mean ** 2));
  }

  get skewness(): number {
    const { mean, deviation } = this;
    if (deviation === 0) return 0;
    const third = this.#cubes / this.#count - (3 * mean * this.#squares) / this.#count + 2 * mean ** 3;
    return third / deviation ** 3;
  }
}
