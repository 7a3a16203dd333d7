import type { FloatPlane, Locations } from '../contract/pixels.ts';
import { differenceOfGaussians } from './locations/difference-of-gaussians.ts';
import { estimateNucleusSigma } from './estimate-nucleus-sigma.ts';
import { localMaxima } from './locations/local-maxima.ts';
import { noiseLevel } from './locations/noise-level.ts';
import { saddles } from './locations/saddles.ts';
import { spaceOut } from './locations/space-out.ts';
import { weightedMedian } from './locations/weighted-median.ts';

export interface FinderSettings {
  /**
   * Inner σ of the difference of Gaussians in px, or `auto`: estimated from the image
   * (`estimateNucleusSigma`).
   */
  sigma: number | 'auto';
  /** Filters the logarithm of 1 + intensity, so that dim nuclei count as much as bright ones. */
  logIntensity: boolean;
  /**
   * Multiplies the automatic response threshold. The automatic threshold is a fifth of the typical response,
   * and at least the level that pixel noise hardly ever reaches. The typical response is the median over the
   * maxima, weighted by their responses: few nuclei then outweigh many specks.
   */
  thresholdFactor: number;
  /** Outer σ as a multiple of the inner. @default 5 / 4.2, as in the paper */
  outerSigmaRatio?: number;
  /**
   * Least drop of the response on every path to a higher maximum, as a share of the lower maximum. 0 keeps
   * every local maximum.
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

/** The paper's settings: σ 4.2 and 5 px. */
export const locationDefaults: Readonly<FinderSettings> = {
  sigma: 4.2,
  logIntensity: true,
  thresholdFactor: 1,
};

export interface FoundLocations {
  /** Highest response first. */
  locations: Locations;
  /** One response per location. */
  responses: Float32Array;
  /** The inner σ used. */
  sigmaPx: number;
  /** The response threshold used. */
  threshold: number;
}

/** Used when the image gives no estimate: the paper's value. */
const fallbackSigmaPx = 4.2;
/** Chosen on real nuclei, like the prominence (test/annotation/locations/real-nuclei.test.ts). */
const typicalShare = 0.2;
/** A response more than this many standard deviations above 0 is not noise. */
const noiseDeviations = 5;
/** Smaller shares of the brightest value are rounding errors of 32-bit numbers. */
const roundingShare = 2e-6;

/**
 * Finds one location per nucleus in a plane [height, width]: the 4-connected local maxima of its difference
 * of Gaussians. An image without contrast has no locations.
 * @throws RangeError if a setting is out of range.
 */
export function findLocations(plane: FloatPlane, settings: FinderSettings): FoundLocations {
  const { sigma, logIntensity, thresholdFactor, outerSigmaRatio, prominence, minDistanceSigmas, borderPx } =
    checked(settings);
  const { height, width } = plane;
  const sigmaPx =
    sigma === 'auto' ? (estimateNucleusSigma(plane, outerSigmaRatio) ?? fallbackSigmaPx) : sigma;
  const values = logIntensity ? logarithm(plane) : plane;
  const response = differenceOfGaussians(values, sigmaPx, sigmaPx * outerSigmaRatio);
  const rounding =
    roundingShare * values.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const floor = Math.max(
    rounding,
    noiseDeviations * noiseLevel(values) * noiseGain(sigmaPx, sigmaPx * outerSigmaRatio),
  );
  const maxima = localMaxima(response, floor);
  const strengths = maxima.map((i) => response.data[i]!);
  const typical = maxima.length > 0 ? weightedMedian(strengths, strengths) : 0;
  const threshold = Math.max(rounding, thresholdFactor * Math.max(floor, typicalShare * typical));
  // A factor below 1 may need maxima below the floor.
  const strong = (threshold < floor ? localMaxima(response, threshold) : maxima).filter(
    (i) => response.data[i]! > threshold,
  );

  // A lower saddle cannot reject a maximum above the threshold.
  const passes = prominence > 0 ? saddles(response, strong, (1 - prominence) * threshold) : undefined;
  const chosen = strong.filter((i, k) => {
    if (passes !== undefined && passes[k]! > (1 - prominence) * response.data[i]!) return false;
    const y = Math.floor(i / width) + 0.5;
    const x = (i % width) + 0.5;
    return Math.min(y, x, height - y, width - x) >= borderPx;
  });
  const points = chosen.flatMap((i) => [Math.floor(i / width) + 0.5, (i % width) + 0.5]);
  const kept = spaceOut(points, minDistanceSigmas * sigmaPx);
  return {
    locations: Float32Array.from(kept.flatMap((k) => [points[2 * k]!, points[2 * k + 1]!])),
    responses: Float32Array.from(kept, (k) => response.data[chosen[k]!]!),
    sigmaPx,
    threshold,
  };
}

/** The logarithm of 1 + intensity; negative intensities count as 0. */
function logarithm({ height, width, data }: FloatPlane): FloatPlane {
  return { height, width, data: data.map((value) => Math.log1p(Math.max(0, value))) };
}

/** Standard deviation of a difference of Gaussians of white noise with standard deviation 1. */
function noiseGain(inner: number, outer: number): number {
  return Math.sqrt(
    1 / (4 * Math.PI * inner ** 2) +
      1 / (4 * Math.PI * outer ** 2) -
      1 / (Math.PI * (inner ** 2 + outer ** 2)),
  );
}

function checked(settings: FinderSettings): Required<FinderSettings> {
  const complete = {
    outerSigmaRatio: 5 / 4.2,
    prominence: 0.15,
    minDistanceSigmas: 1,
    borderPx: 0,
    ...settings,
  };
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
