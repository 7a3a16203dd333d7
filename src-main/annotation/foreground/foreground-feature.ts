import type { FloatPlane } from '../../contract/pixels.ts';
import { coarseBlur } from '../../imaging/resample/coarse-blur.ts';
import { gaussianFilter } from '../../imaging/filters/gaussian-filter.ts';
import { gradientMagnitude } from '../../imaging/filters/gradient-magnitude.ts';
import { otsuThreshold } from '../../imaging/intensity/otsu.ts';
import { blocksWithPadding } from '../../imaging/padding/blocks-with-padding.ts';
import { isBlank } from '../../imaging/padding/is-blank.ts';
import { outsidePadding } from '../../imaging/intensity/outside-padding.ts';
import { blockMeans } from '../../imaging/resample/block-means.ts';
import { shownPart } from '../../imaging/padding/shown-part.ts';
import type { ShownPart } from '../../imaging/padding/shown-part.ts';
import { percentiles } from '../../imaging/intensity/percentiles.ts';
import { inscribedRadii } from '../locations/inscribed-radii.ts';
import { weightedQuantile } from '../locations/weighted-quantile.ts';
import { chooseFeature } from './choose-feature.ts';
import type { FeatureKind } from './choose-feature.ts';

/** A plane with high values where there are cells. */
export interface ForegroundFeature {
  kind: FeatureKind;
  /** [height, width] of the image without padding, not negative; 0 is background. */
  plane: FloatPlane;
  /** Where that part lies in the image. */
  part: ShownPart;
  /** The automatic threshold, in units of the plane; 0 for a blank image. */
  automatic: number;
  /** The grey value at which an intensity is 0. Local contrast has no grey values: 0. */
  zero: number;
  /** Whether the image looks alike everywhere, as one without cells does. */
  isUniform: boolean;
  /** Assumed cell diameter: sets the scales of the local contrast and the sizes of cleaning. */
  cellDiameterPx: number;
  /** How far the feature extends beyond a cell's border, in px. */
  reachPx: number;
}

/** Smaller contrasts relative to the brightest value are rounding errors of 32-bit numbers. */
const leastContrast = 1e-5;

/**
 * Computes a feature of a plane [height, width].
 * @param kind `auto` chooses by the histogram (`chooseFeature`).
 * @param cellDiameterPx in pixels of the plane; sets the scales of the local contrast, and what counts as
 *   small. `undefined`: the usual diameter, or a smaller one if a first pass shows smaller cells
 *   (`firstPassDiameter`).
 * @param blockPx each pixel of the plane is the mean of a square of this many image pixels per side.
 */
export function foregroundFeature(
  plane: FloatPlane,
  kind: FeatureKind | 'auto',
  cellDiameterPx: number | undefined,
  blockPx = 1,
): ForegroundFeature {
  const part = shownPart([plane]);
  const shown = part.planes[0]!;
  const chosen = kind === 'auto' ? chooseFeature(shown, part.padding) : kind;
  const at = (diameterPx: number): OwnFeature =>
    chosen === 'intensity'
      ? intensity(shown, diameterPx, part.padding, blockPx)
      : localContrast(shown, diameterPx, part.padding);
  const usualPx = usualDiameterPx / blockPx;
  let feature = at(cellDiameterPx ?? usualPx);
  if (cellDiameterPx === undefined) {
    const own = firstPassDiameter(feature, part.padding, usualPx);
    if (own < usualPx) feature = at(own);
  }
  const automatic = isBlank(shown, part.padding) ? 0 : feature.automatic;
  return { ...feature, part, automatic, isUniform: looksUniform(feature, automatic, part.padding) };
}

/**
 * This diameter suits most cells. The scales of the local contrast matter little for larger cells, and
 * cleaning removes none.
 */
const usualDiameterPx = 60;
/** Cells smaller than this share of the usual diameter need finer scales of the local contrast. */
const smallShare = 0.22;
/** Cells larger than this share of the usual diameter need the usual scales. */
const largeShare = 0.4;
/**
 * Gives the finest scales: derivatives with a σ of 0.4 px. On finer scales, neighbours no longer affect a
 * pixel.
 */
const finestDiameterPx = 16;

/**
 * Above this number of pixels, radii are measured on means of blocks, because they take 8 bytes per pixel.
 */
const mostPixelsOfRadii = 2 ** 22;

/**
 * The diameter to work with, in px. A first pass fills the area above the automatic threshold with the
 * largest disks that fit. Median and upper quartile of these disks are weighted by area. Local contrast shows
 * cells larger by its reach.
 *
 * A disk may be smaller than its cell, if the cell is long or not whole. So the result is larger than the
 * disks. If the disks are not small, it is the usual diameter. For local contrast, the upper quartile decides
 * how small they are. For small cells it is near the median. If large cells are not whole, it is far above.
 * @param usualPx the usual diameter, in pixels of the plane
 */
function firstPassDiameter(
  { kind, plane, automatic, reachPx }: OwnFeature,
  padding: Uint8Array | null,
  usualPx: number,
): number {
  if (!(automatic > 0)) return usualPx;
  const side = Math.ceil(Math.sqrt(plane.data.length / mostPixelsOfRadii));
  const { height, width, data } = side > 1 ? blockMeans(plane, side) : plane;
  const mask = { height, width, data: Uint8Array.from(data, (value) => (value > automatic ? 1 : 0)) };
  const radii = inscribedRadii(mask, blocksWithPadding(plane, padding, side)).map((radius) => radius * side);
  if (radii.length === 0) return usualPx;
  const areas = radii.map((radius) => radius ** 2);
  const diameterAt = (share: number): number => 2 * (weightedQuantile(radii, areas, share) - reachPx);
  if (kind === 'intensity') return Math.min(usualPx, Math.max(4, 2.5 * diameterAt(0.5)));
  const share = diameterAt(0.75) / usualPx;
  if (share <= smallShare) return Math.max(finestDiameterPx, 2 * diameterAt(0.5));
  // In between, scales grow evenly: at a jump, cleaning would remove the cells just above it.
  const grown = Math.min(1, (share - smallShare) / (largeShare - smallShare));
  return usualPx * (2 * smallShare + (1 - 2 * smallShare) * grown);
}

type OwnFeature = Omit<ForegroundFeature, 'part' | 'isUniform'>;

/**
 * Below this standard deviation of the logarithm of the local contrast, an image looks uniform. Empty fields
 * with grain and uneven light have 0.34 to 0.43. The lowest real image of docs/measured/truth.md has 0.50, a
 * histological section. A field that cells cover to 95 % has 0.74.
 */
const leastSpread = 0.46;

/**
 * Whether a field looks alike everywhere, as one without cells does. If cells cover a field almost wholly,
 * the contrast differs from place to place. Noise does not. Intensity is chosen only where a bright class or
 * tail stands out (`chooseFeature`), so it is never uniform unless it is blank.
 */
function looksUniform({ kind, plane }: OwnFeature, automatic: number, padding: Uint8Array | null): boolean {
  if (!(automatic > 0)) return true;
  if (kind === 'intensity') return false;
  const least = automatic / 1e4;
  let [count, sum, squares] = [0, 0, 0];
  for (let i = 0; i < plane.data.length; i++) {
    if (padding !== null && padding[i] !== 0) continue;
    const value = Math.log(Math.max(least, plane.data[i]!));
    count++;
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) < leastSpread;
}

/** Intensity above the darkest level, slightly smoothed; Otsu's threshold. */
function intensity(
  plane: FloatPlane,
  cellDiameterPx: number,
  padding: Uint8Array | null,
  blockPx: number,
): OwnFeature {
  // A mean over a block has blurred already, with the standard deviation of a box.
  const missing = 1 - (blockPx ** 2 - 1) / 12;
  const smooth = gaussianFilter(plane, Math.sqrt(Math.max(0, missing)) / blockPx);
  const shown = { data: outsidePadding(smooth.data, padding) };
  const [dark, bright] = percentiles(shown, [1, 99.9]) as [number, number];
  const { data } = smooth;
  for (let i = 0; i < data.length; i++) data[i] = Math.max(0, data[i]! - dark);
  const hasContrast = bright - dark > leastContrast * Math.max(Math.abs(bright), Math.abs(dark));
  // A few very bright pixels must not stretch the histogram's bins.
  const clipped = outsidePadding(data, padding).map((value) => Math.min(value, bright - dark));
  const automatic = hasContrast ? otsuThreshold({ data: clipped }) : 0;
  return { kind: 'intensity', plane: smooth, automatic, zero: dark, cellDiameterPx, reachPx: 0 };
}

/**
 * Strength of brightness changes relative to the local brightness. The image is divided by a blur of a cell's
 * size; then the gradient's length is blurred. The threshold is Otsu's, on the logarithm.
 */
function localContrast(plane: FloatPlane, cellDiameterPx: number, padding: Uint8Array | null): OwnFeature {
  const { height, width } = plane;
  const gradientSigmaPx = cellDiameterPx / 40;
  const blurSigmaPx = cellDiameterPx / 30;
  const [low, high] = percentiles({ data: outsidePadding(plane.data, padding) }, [0.5, 99.9]) as [
    number,
    number,
  ];
  const even = { height, width, data: plane.data.map((value) => Math.min(high, Math.max(low, value))) };
  const light = coarseBlur(even, cellDiameterPx).data;
  for (let i = 0; i < light.length; i++) even.data[i] = light[i]! > 0 ? even.data[i]! / light[i]! : 1;
  const contrast = gaussianFilter(gradientMagnitude(even, gradientSigmaPx), blurSigmaPx);
  const shown = { data: outsidePadding(contrast.data, padding) };
  const [least, most] = percentiles(shown, [0.5, 99.9]) as [number, number];
  let automatic = 0;
  if (most > leastContrast) {
    const floor = Math.max(least, most / 1e4);
    automatic = Math.exp(
      otsuThreshold({ data: shown.data.map((value) => Math.log(Math.max(floor, value))) }),
    );
  }
  // A border's response is a Gaussian of both blurs. It falls to a quarter at 1.6 σ. On any scale, the
  // gradient at a pixel depends on its neighbours on all sides.
  const reachPx = Math.max(Math.SQRT2, 1.6 * Math.hypot(gradientSigmaPx, blurSigmaPx));
  return { kind: 'local-contrast', plane: contrast, automatic, zero: 0, cellDiameterPx, reachPx };
}
