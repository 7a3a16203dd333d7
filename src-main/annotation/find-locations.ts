import { itemAt, numberAt } from '../contract/elements.ts';
import type { FloatPlane, Locations } from '../contract/pixels.ts';
import { usualLocationSettings } from '../contract/project-files.ts';
import { isBlank } from '../imaging/padding/is-blank.ts';
import { shownPart } from '../imaging/padding/shown-part.ts';
import { differenceOfGaussians } from './locations/difference-of-gaussians.ts';
import { estimateNucleusSigma } from './estimate-nucleus-sigma.ts';
import { localMaxima } from './locations/local-maxima.ts';
import { noiseOfSum, noiseSum } from './locations/noise-level.ts';
import { saddles } from './locations/saddles.ts';
import { spaceOut } from './locations/space-out.ts';
import { weightedQuantile } from './locations/weighted-quantile.ts';

export interface FinderSettings {
  /**
   * Inner σ of the difference of Gaussians in px, or `auto`: estimated from the image
   * (`estimateNucleusSigma`).
   */
  sigma: number | 'auto';
  /** Filters the logarithm of 1 + intensity, so that dim nuclei count as much as bright ones. */
  logIntensity: boolean;
  /**
   * Multiplies the automatic response threshold, which is a fifth of the typical response. It is never below
   * the level that pixel noise rarely reaches. The typical response is the median over the maxima, weighted
   * by their responses. So few nuclei outweigh many specks.
   */
  thresholdFactor: number;
  /** Outer σ as a multiple of the inner. @default 5 / 4.2, as in the paper */
  outerSigmaRatio?: number;
  /**
   * How far the response must drop on every path to a higher maximum, as a share of the lower maximum. 0
   * keeps every local maximum.
   * @default 0.15
   */
  prominence?: number;
  /**
   * Least distance between two locations, as a multiple of the inner σ; the stronger one stays. @default 1
   */
  minDistanceSigmas?: number;
  /** Locations nearer to the image's edge than this are dropped, in px. @default 0 */
  borderPx?: number;
}

export interface FoundLocations {
  /** Highest response first. */
  locations: Locations;
  /** One response per location. */
  responses: Float32Array;
  /** The inner σ used. */
  sigmaPx: number;
  /** The response threshold used. */
  threshold: number;
  /** Whether the plane is blank: constant, or white noise. */
  isBlank: boolean;
}

/** Used when the image gives no estimate: the paper's value. */
const fallbackSigmaPx = 4.2;
/** Chosen on real nuclei, like the prominence (test/annotation/real-nuclei.test.ts). */
const typicalShare = 0.2;
/** A response more than this many standard deviations above 0 is not noise. */
const noiseDeviations = 5;
/** Smaller shares of the brightest value are rounding errors of 32-bit numbers. */
const roundingShare = 2e-6;

/**
 * Finds one location per nucleus in a plane [height, width]: the 4-connected local maxima of its difference
 * of Gaussians. An image without contrast has no locations. Padding is cut off before.
 * @throws RangeError if a setting is out of range.
 */
export function findLocations(wholePlane: FloatPlane, settings: FinderSettings): FoundLocations {
  const complete = checkedFinderSettings(settings);
  const { sigma, outerSigmaRatio, logIntensity } = complete;
  const part = shownPart([wholePlane]);
  const plane = itemAt(part.planes, 0);
  if (isBlank(plane, part.padding)) {
    const none = new Float32Array(0);
    const sigmaPx = sigma === 'auto' ? fallbackSigmaPx : sigma;
    return { locations: none, responses: none, sigmaPx, threshold: 0, isBlank: true };
  }
  const sigmaPx = sigma === 'auto' ? estimatedSigma(plane, outerSigmaRatio, part.padding) : sigma;
  const values = logIntensity ? { ...plane, data: logarithm(plane.data) } : plane;
  const search = new LocationSearch(plane, { ...complete, sigma: sigmaPx });
  search.look(values, 0, plane.height);
  search.addResponse(differenceOfGaussians(values, sigmaPx, sigmaPx * outerSigmaRatio), 0, {
    from: 0,
    to: plane.height,
  });
  const { padding } = part;
  const isPadding = (y: number, x: number): boolean =>
    padding !== null && padding[Math.floor(y) * plane.width + Math.floor(x)] !== 0;
  return inWhole(search.finish(), part, isPadding);
}

/** Locations of a shown part as positions in the whole plane, without those in padding. */
export function inWhole(
  found: FoundLocations,
  { top, left }: { top: number; left: number },
  isPadding: (y: number, x: number) => boolean,
): FoundLocations {
  const { locations, responses } = found;
  const kept = [...responses.keys()].filter(
    (k) => !isPadding(numberAt(locations, 2 * k), numberAt(locations, 2 * k + 1)),
  );
  return {
    ...found,
    locations: Float32Array.from(
      kept.flatMap((k) => [top + numberAt(locations, 2 * k), left + numberAt(locations, 2 * k + 1)]),
    ),
    responses: Float32Array.from(kept, (k) => numberAt(responses, k)),
  };
}

/** σ of the nuclei of a plane in its px; the paper's for a plane without contrast. */
export function estimatedSigma(
  plane: FloatPlane,
  outerSigmaRatio: number,
  padding: Uint8Array | null = null,
): number {
  return estimateNucleusSigma(plane, outerSigmaRatio, padding) ?? fallbackSigmaPx;
}

/** A local maximum of the response. */
interface Maximum {
  /** Row · width + column in the whole plane. */
  pixel: number;
  response: number;
  /** The highest saddle on the way to a higher maximum. Without one, a value too low to count. */
  saddle: number;
}

/**
 * The search of `findLocations` for a plane that arrives in stretches of rows. It takes all values first
 * (`look`), then all responses (`addResponse`).
 */
export class LocationSearch {
  readonly #size: { height: number; width: number };
  readonly #settings: Required<FinderSettings> & { sigma: number };
  #noiseSum = 0;
  #largest = 0;
  readonly #maxima: Maximum[] = [];

  constructor(
    size: { height: number; width: number },
    settings: Required<FinderSettings> & { sigma: number },
  ) {
    this.#size = size;
    this.#settings = settings;
  }

  /**
   * Takes the values in rows `from` to `to` of a stretch, which also holds the row before and the row after.
   */
  look(values: FloatPlane, from: number, to: number): void {
    const { width, data } = values;
    this.#noiseSum = noiseSum(values, from, to, this.#noiseSum);
    for (let i = from * width; i < to * width; i++)
      this.#largest = Math.max(this.#largest, Math.abs(data[i]!));
  }

  /** Responses up to `rounding` are rounding errors, up to `floor` noise. No threshold is below `lowest`. */
  #limits(): { rounding: number; floor: number; lowest: number } {
    const { sigma, outerSigmaRatio, thresholdFactor } = this.#settings;
    const rounding = roundingShare * this.#largest;
    const noise = noiseOfSum(this.#size, this.#noiseSum) * noiseGain(sigma, sigma * outerSigmaRatio);
    const floor = Math.max(rounding, noiseDeviations * noise);
    // A factor below 1 may need maxima below the floor.
    return { rounding, floor, lowest: Math.min(floor, Math.max(rounding, thresholdFactor * floor)) };
  }

  /**
   * Takes the maxima in rows `from` to `to` of a stretch of the response. Their prominence is measured in the
   * whole stretch.
   * @param top the stretch's first row in the plane.
   */
  addResponse(response: FloatPlane, top: number, { from, to }: { from: number; to: number }): void {
    const { lowest } = this.#limits();
    const { prominence } = this.#settings;
    const { width, data } = response;
    const maxima = localMaxima(response, lowest);
    // A lower saddle cannot reject a maximum above any threshold.
    const saddleFloor = (1 - prominence) * lowest;
    const passes = prominence > 0 ? saddles(response, maxima, saddleFloor) : null;
    for (const [k, i] of maxima.entries()) {
      if (i < from * width || i >= to * width) continue;
      const saddle = passes === null ? -Infinity : passes[k]!;
      this.#maxima.push({ pixel: top * width + i, response: data[i]!, saddle });
    }
  }

  /** The locations. Call it after all responses were added. */
  finish(): FoundLocations {
    const { height, width } = this.#size;
    const { sigma, thresholdFactor, prominence, minDistanceSigmas, borderPx } = this.#settings;
    const { rounding, floor } = this.#limits();
    const maxima = this.#maxima.sort((a, b) => b.response - a.response || a.pixel - b.pixel);
    const strengths = maxima.map(({ response }) => response).filter((response) => response > floor);
    const typical = strengths.length > 0 ? weightedQuantile(strengths, strengths, 0.5) : 0;
    const threshold = Math.max(rounding, thresholdFactor * Math.max(floor, typicalShare * typical));
    const chosen = maxima.filter(({ pixel, response, saddle }) => {
      if (!(response > threshold) || saddle > (1 - prominence) * response) return false;
      const y = Math.floor(pixel / width) + 0.5;
      const x = (pixel % width) + 0.5;
      return Math.min(y, x, height - y, width - x) >= borderPx;
    });
    const points = chosen.flatMap(({ pixel }) => [Math.floor(pixel / width) + 0.5, (pixel % width) + 0.5]);
    const kept = spaceOut(points, minDistanceSigmas * sigma);
    return {
      locations: Float32Array.from(
        kept.flatMap((k) => [numberAt(points, 2 * k), numberAt(points, 2 * k + 1)]),
      ),
      responses: Float32Array.from(kept, (k) => itemAt(chosen, k).response),
      sigmaPx: sigma,
      threshold,
      isBlank: false,
    };
  }
}

/** log(1 + n) of 16-bit integers n, each computed when first needed: cameras give such integers. */
const knownLogarithms = new Float32Array(2 ** 16);

/** The logarithm of 1 + intensity; negative intensities count as 0. */
export function logarithm(values: Float32Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = values[i]!;
    const integer = value & 0xffff;
    if (integer === value) {
      if (knownLogarithms[integer] === 0) knownLogarithms[integer] = Math.log1p(integer);
      out[i] = knownLogarithms[integer]!;
    } else out[i] = Math.log1p(Math.max(0, value));
  }
  return out;
}

/** Standard deviation of a difference of Gaussians of white noise with standard deviation 1. */
function noiseGain(inner: number, outer: number): number {
  return Math.sqrt(
    1 / (4 * Math.PI * inner ** 2) +
      1 / (4 * Math.PI * outer ** 2) -
      1 / (Math.PI * (inner ** 2 + outer ** 2)),
  );
}

/** Settings with their defaults. @throws RangeError when one lies outside its range. */
export function checkedFinderSettings(settings: FinderSettings): Required<FinderSettings> {
  const complete = { ...usualLocationSettings, ...settings };
  const { sigma, thresholdFactor, outerSigmaRatio, prominence, minDistanceSigmas, borderPx } = complete;
  const must = (holds: boolean, what: string, received: number) => {
    if (!holds) throw new RangeError(`${what}, received ${received}`);
  };
  if (sigma !== 'auto')
    must(sigma > 0 && sigma < Infinity, "sigma must be a positive number or 'auto'", sigma);
  must(thresholdFactor >= 0, 'thresholdFactor must not be negative', thresholdFactor);
  must(outerSigmaRatio > 1 && outerSigmaRatio < Infinity, 'outerSigmaRatio must exceed 1', outerSigmaRatio);
  must(prominence >= 0 && prominence < 1, 'prominence must be in [0, 1)', prominence);
  must(minDistanceSigmas >= 0, 'minDistanceSigmas must not be negative', minDistanceSigmas);
  must(borderPx >= 0, 'borderPx must not be negative', borderPx);
  return complete;
}
