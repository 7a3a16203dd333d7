import type { FloatPlane } from '../../contract/pixels.ts';
import { coarseBlur } from '../../imaging/filters/coarse-blur.ts';
import { gaussianFilter } from '../../imaging/filters/gaussian-filter.ts';
import { gradientMagnitude } from '../../imaging/filters/gradient-magnitude.ts';
import { otsuThreshold } from '../../imaging/intensity/otsu.ts';
import { percentiles } from '../../imaging/intensity/percentiles.ts';
import { chooseFeature } from './choose-feature.ts';
import type { FeatureKind } from './choose-feature.ts';

/** A plane with high values where there are cells. */
export interface ForegroundFeature {
  kind: FeatureKind;
  /** [height, width], not negative; 0 is background. */
  plane: FloatPlane;
  /** The automatic threshold, in units of the plane; 0 for an image without contrast. */
  automatic: number;
  /** How far the feature extends beyond a cell's border, in px. */
  reachPx: number;
}

/** Smaller contrasts relative to the brightest value are rounding errors of 32-bit numbers. */
const leastContrast = 1e-5;

/**
 * Computes a feature of a plane [height, width].
 * @param kind `auto` chooses by the histogram (`chooseFeature`).
 * @param cellDiameterPx in pixels of the plane; sets the scales of the local contrast.
 * @param blockPx side of the square of image pixels whose mean a pixel of the plane is.
 */
export function foregroundFeature(
  plane: FloatPlane,
  kind: FeatureKind | 'auto',
  cellDiameterPx: number,
  blockPx = 1,
): ForegroundFeature {
  const chosen = kind === 'auto' ? chooseFeature(plane) : kind;
  return chosen === 'intensity' ? intensity(plane, blockPx) : localContrast(plane, cellDiameterPx);
}

/** Intensity above the darkest level, slightly smoothed; Otsu's threshold. */
function intensity(plane: FloatPlane, blockPx: number): ForegroundFeature {
  // A mean over a block has blurred already, with the standard deviation of a box.
  const missing = 1 - (blockPx ** 2 - 1) / 12;
  const smooth = gaussianFilter(plane, Math.sqrt(Math.max(0, missing)) / blockPx);
  const [dark, bright] = percentiles(smooth, [1, 99.9]) as [number, number];
  const { data } = smooth;
  for (let i = 0; i < data.length; i++) data[i] = Math.max(0, data[i]! - dark);
  const hasContrast = bright - dark > leastContrast * Math.max(Math.abs(bright), Math.abs(dark));
  // A few very bright pixels must not stretch the histogram's bins.
  const clipped = data.map((value) => Math.min(value, bright - dark));
  const automatic = hasContrast ? otsuThreshold({ data: clipped }) : 0;
  return { kind: 'intensity', plane: smooth, automatic, reachPx: 0 };
}

/**
 * Strength of brightness changes relative to the local brightness: the image divided by a blur of a cell's
 * size, then the gradient's length, blurred. Otsu's threshold of its logarithm.
 */
function localContrast(plane: FloatPlane, cellDiameterPx: number): ForegroundFeature {
  const { height, width } = plane;
  const gradientSigmaPx = cellDiameterPx / 40;
  const blurSigmaPx = cellDiameterPx / 30;
  const [low, high] = percentiles(plane, [0.5, 99.9]) as [number, number];
  const even = { height, width, data: plane.data.map((value) => Math.min(high, Math.max(low, value))) };
  const light = coarseBlur(even, cellDiameterPx).data;
  for (let i = 0; i < light.length; i++) even.data[i] = light[i]! > 0 ? even.data[i]! / light[i]! : 1;
  const contrast = gaussianFilter(gradientMagnitude(even, gradientSigmaPx), blurSigmaPx);
  const [least, most] = percentiles(contrast, [0.5, 99.9]) as [number, number];
  let automatic = 0;
  if (most > leastContrast) {
    const floor = Math.max(least, most / 1e4);
    automatic = Math.exp(
      otsuThreshold({ data: contrast.data.map((value) => Math.log(Math.max(floor, value))) }),
    );
  }
  // A border's response, a Gaussian of both blurs, falls to a quarter at 1.6 σ.
  const reachPx = 1.6 * Math.hypot(gradientSigmaPx, blurSigmaPx);
  return { kind: 'local-contrast', plane: contrast, automatic, reachPx };
}
