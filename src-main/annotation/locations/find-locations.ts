import type { FloatPlane, Locations } from '../../contract/pixels.ts';
import { differenceOfGaussians } from './difference-of-gaussians.ts';
import { estimateNucleusSigma } from './estimate-nucleus-sigma.ts';
import { localMaxima } from './local-maxima.ts';
import { noiseLevel } from './noise-level.ts';
import { saddles } from './saddles.ts';
import { spaceOut } from './space-out.ts';
import { weightedMedian } from './weighted-median.ts';

export interface LocationSettings {
  /** Inner σ of the difference of Gaussians in px, or `auto`: estimated from the image (`estimateNucleusSigma`). */
  sigmaPx: number | 'auto';
  /** Outer σ in units of the inner. */
  outerSigmaRatio: number;
  /** What is filtered: the intensity, or the logarithm of 1 + intensity, in which a dim nucleus counts as much as a bright one. */
  intensity: 'linear' | 'log';
  /**
   * The response a location needs. `auto`: a share of the typical response, which is the median over the maxima, weighted by
   * themselves so that the few nuclei count and the many specks do not; and in any case what pixel noise hardly reaches.
   */
  threshold: { kind: 'auto'; share: number } | { kind: 'fixed'; response: number };
  /** How far the response must fall on every way to a higher maximum, as a share of the lower one; 0 keeps every local maximum. */
  prominence: number;
  /** No two locations are nearer than this, in units of the inner σ; the stronger stays. */
  minDistanceSigmas: number;
  /** Locations nearer to the image's edge than this are left out, in px. */
  borderPx: number;
}

/** σ 4.2 and 5 px are the paper's; share and prominence were chosen on real nuclei (test/annotation/locations). */
export const locationDefaults: Readonly<LocationSettings> = {
  sigmaPx: 4.2,
  outerSigmaRatio: 5 / 4.2,
  intensity: 'log',
  threshold: { kind: 'auto', share: 0.2 },
  prominence: 0.15,
  minDistanceSigmas: 1,
  borderPx: 0,
};

export interface FoundLocations {
  /** Highest response first. */
  locations: Locations;
  /** One response a location. */
  responses: Float32Array;
  /** The inner σ used. */
  sigmaPx: number;
  /** The response threshold used. */
  threshold: number;
}

/** A response this many standard deviations above 0 is not noise. */
const noiseDeviations = 5;
/** Responses below this share of the brightest value are rounding errors of 32-bit numbers. */
const roundingShare = 2e-6;

/**
 * Finds one location a nucleus in a plane [height, width]: the 4-connected local maxima of its difference of Gaussians.
 * An image in which nothing stands out has no locations.
 * @throws RangeError when a setting lies outside its range.
 */
export function findLocations(plane: FloatPlane, settings: LocationSettings): FoundLocations {
  check(settings);
  const { height, width } = plane;
  const { outerSigmaRatio, threshold, prominence, borderPx } = settings;
  const sigmaPx =
    settings.sigmaPx !== 'auto'
      ? settings.sigmaPx
      : (estimateNucleusSigma(plane, outerSigmaRatio) ?? (locationDefaults.sigmaPx as number));

  const values = settings.intensity === 'linear' ? plane : logarithm(plane);
  const response = differenceOfGaussians(values, sigmaPx, sigmaPx * outerSigmaRatio);
  const floor = Math.max(
    roundingShare * values.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    noiseDeviations * noiseLevel(values) * noiseGain(sigmaPx, sigmaPx * outerSigmaRatio),
  );
  const maxima = localMaxima(response, threshold.kind === 'fixed' ? threshold.response : floor);
  const strengths = maxima.map((i) => response.data[i]!);
  const least =
    threshold.kind === 'fixed'
      ? threshold.response
      : Math.max(floor, maxima.length > 0 ? threshold.share * weightedMedian(strengths, strengths) : 0);
  const strong = maxima.filter((i) => response.data[i]! > least);

  // A saddle below this cannot make a maximum above `least` fail.
  const passes = prominence > 0 ? saddles(response, strong, (1 - prominence) * least) : undefined;
  const prominent = strong.filter(
    (i, k) => passes === undefined || passes[k]! <= (1 - prominence) * response.data[i]!,
  );
  const inner = prominent.filter((i) => {
    const y = Math.floor(i / width) + 0.5;
    const x = (i % width) + 0.5;
    return Math.min(y, x, height - y, width - x) >= borderPx;
  });
  const points = inner.flatMap((i) => [Math.floor(i / width) + 0.5, (i % width) + 0.5]);
  const kept = spaceOut(points, settings.minDistanceSigmas * sigmaPx);
  return {
    locations: Float32Array.from(kept.flatMap((k) => [points[2 * k]!, points[2 * k + 1]!])),
    responses: Float32Array.from(kept, (k) => response.data[inner[k]!]!),
    sigmaPx,
    threshold: least,
  };
}

/** The logarithm of 1 + intensity; below 0 there is no light. */
function logarithm({ height, width, data }: FloatPlane): FloatPlane {
  return { height, width, data: data.map((value) => Math.log1p(Math.max(0, value))) };
}

/** The standard deviation of a difference of Gaussians of white noise of standard deviation 1. */
function noiseGain(inner: number, outer: number): number {
  return Math.sqrt(
    1 / (4 * Math.PI * inner ** 2) +
      1 / (4 * Math.PI * outer ** 2) -
      1 / (Math.PI * (inner ** 2 + outer ** 2)),
  );
}

function check({
  sigmaPx,
  outerSigmaRatio,
  threshold,
  prominence,
  minDistanceSigmas,
  borderPx,
}: LocationSettings) {
  const must = (holds: boolean, what: string, received: number) => {
    if (!holds) throw new RangeError(`${what}, received ${received}`);
  };
  if (sigmaPx !== 'auto') {
    must(sigmaPx > 0 && sigmaPx < Infinity, "sigmaPx must be a positive number or 'auto'", sigmaPx);
  }
  must(outerSigmaRatio > 1 && outerSigmaRatio < Infinity, 'outerSigmaRatio must exceed 1', outerSigmaRatio);
  if (threshold.kind === 'auto') must(threshold.share >= 0, 'share must not be negative', threshold.share);
  // Below 0 lie the surroundings of nuclei, which no location can be.
  else must(threshold.response >= 0, 'the response threshold must not be negative', threshold.response);
  must(prominence >= 0 && prominence < 1, 'prominence must lie in [0, 1)', prominence);
  must(minDistanceSigmas >= 0, 'minDistanceSigmas must not be negative', minDistanceSigmas);
  must(borderPx >= 0, 'borderPx must not be negative', borderPx);
}
