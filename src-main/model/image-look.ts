import type { FloatPlane } from '../contract/pixels.ts';
import { gaussianFilter } from '../imaging/filters/gaussian-filter.ts';
import { outsidePadding } from '../imaging/padding/outside-padding.ts';
import { shownPart } from '../imaging/padding/shown-part.ts';
import { prepareImage } from './prepare-image.ts';

/** Simple figures of how a channel looks, as the network sees it: cells have the same size in all images. */
export const lookFigures = ['contrast', 'skewness', 'fineDetail', 'coarseDetail'] as const;
export type LookFigure = (typeof lookFigures)[number];
export type ChannelLook = Record<LookFigure, number>;

/** σ in network px of the blurs that separate noise, parts of cells, and cells of 32 px. */
const [fineSigmaPx, coarseSigmaPx] = [1.5, 6];

/** A share of nothing has no logarithm. */
const least = 1e-4;

/**
 * Describes the look of each channel of an image.
 *
 * - contrast: ln of standard deviation over mean of the pixels
 * - skewness of the standardised intensities: near 0 in phase contrast, high for stained cells on black
 * - fine and coarse detail: ln of the share of the standard deviation that lies in structures below about
 *   4 and 16 px, a coarse form of the slope of the spectrum
 *
 * Padding counts for none of them.
 *
 * @param planes the original channels
 * @param scale by which the network sees them: new size / old size
 */
export function imageLook(planes: readonly FloatPlane[], scale: number): ChannelLook[] {
  const part = shownPart(planes);
  const { height, width, channels, data } = prepareImage(part.planes, scale, part.padding);
  return part.planes.map((plane, channel) => {
    const own = Float32Array.from({ length: height * width }, (_, i) => data[i * channels + channel]!);
    const fine = gaussianFilter({ height, width, data: own }, fineSigmaPx).data;
    const coarse = gaussianFilter({ height, width, data: own }, coarseSigmaPx).data;
    const whole = moments(own);
    const share = (a: Float32Array, b: Float32Array): number =>
      Math.log(
        Math.max(least, moments(a.map((value, i) => value - b[i]!)).deviation / (whole.deviation || 1)),
      );
    const raw = moments(outsidePadding(plane.data, part.padding));
    return {
      contrast: Math.log(Math.max(least, raw.deviation / Math.max(least, Math.abs(raw.mean)))),
      skewness: whole.skewness,
      fineDetail: share(own, fine),
      coarseDetail: share(fine, coarse),
    };
  });
}

function moments(values: Float32Array): { mean: number; deviation: number; skewness: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let [squares, cubes] = [0, 0];
  for (const value of values) {
    squares += (value - mean) ** 2;
    cubes += (value - mean) ** 3;
  }
  const deviation = Math.sqrt(squares / values.length);
  return { mean, deviation, skewness: deviation > 0 ? cubes / values.length / deviation ** 3 : 0 };
}
