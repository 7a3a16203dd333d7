import { numberAt } from '../contract/elements.ts';
import type { FloatPlane, Mask } from '../contract/pixels.ts';
import { putInWhole } from '../imaging/padding/shown-part.ts';
import { percentiles } from '../imaging/intensity/percentiles.ts';
import { erode } from '../imaging/morphology/erode.ts';
import { fillHoles } from '../imaging/morphology/fill-holes.ts';
import { removeSmall } from '../imaging/morphology/remove-small.ts';
import type { FeatureKind } from './foreground/choose-feature.ts';
import { cutForegrounds } from './foreground/cut-foregrounds.ts';
import { foregroundFeature } from './foreground/foreground-feature.ts';
import type { ForegroundFeature } from './foreground/foreground-feature.ts';

export interface CutterSettings {
  /**
   * `auto` uses intensity for fluorescence, local contrast for phase contrast and bright field
   * (`chooseFeature`).
   */
  feature: FeatureKind | 'auto';
  method: 'graph-cut' | 'threshold';
  /** Multiples of the automatic threshold; `null` for `defaultPresets`. */
  presets: readonly number[] | null;
  /**
   * Thresholds that replace `presets`, as in the paper: grey values of the plane for intensity, values of the
   * feature for local contrast.
   */
  thresholds?: readonly number[];
  /**
   * Each pixel of the plane is the mean of a square of this many image pixels per side. All lengths and areas
   * are in image pixels. @default 1
   */
  blockPx?: number;
  /**
   * Approximate cell diameter. Sets the scales of the local contrast and of small pieces.
   * @default from the image
   */
  cellDiameterPx?: number;
  /**
   * How strongly neighbours hold together in the graph cut. 0 gives a plain threshold. A little above 0.14,
   * they could overrule a pixel of full pull.
   * @default 0.14
   */
  smoothness?: number;
  /**
   * Holes up to this many pixels are filled.
   * @default cellDiameterPx² / 6 for local contrast, cellDiameterPx² / 36 for intensity
   */
  maxHolePx?: number;
  /**
   * Pieces below this many pixels are removed.
   * @default cellDiameterPx² / 9 for local contrast, cellDiameterPx² / 72 for intensity
   */
  minPiecePx?: number;
}

/** One candidate for the foreground of an image. */
export interface Candidate {
  /** [height, width] */
  mask: Mask;
  /** In units of the feature. */
  threshold: number;
  /** The threshold divided by the automatic one; `NaN` for an image without contrast. */
  multiple: number;
  /** Share of foreground pixels among all pixels. */
  foregroundFraction: number;
  feature: FeatureKind;
  /** As of the feature (`ForegroundFeature.isUniform`). */
  isUniform: boolean;
  /** The median of the feature over the mask; `NaN` for an empty one. */
  medianInside: number;
}

/**
 * In ascending order. They enclose the best values for real images of each kind
 * (test/bench/rank-candidates.ts).
 */
export const defaultPresets: Readonly<Record<FeatureKind, readonly number[]>> = {
  intensity: [0.35, 0.5, 0.7, 0.9, 1.2],
  'local-contrast': [0.5, 0.62, 0.77, 0.95, 1.2],
};

/** The feature to compute. Preset thresholds are grey values, unless a feature is chosen. */
export function wantedFeature({
  feature,
  thresholds,
}: Pick<CutterSettings, 'feature' | 'thresholds'>): CutterSettings['feature'] {
  return feature === 'auto' && thresholds !== undefined ? 'intensity' : feature;
}

/** The feature that the settings select. @throws RangeError if a setting is out of range. */
export function featureOf(plane: FloatPlane, settings: CutterSettings): ForegroundFeature {
  const { cellDiameterPx, smoothness = 0.14, blockPx = 1 } = settings;
  if (cellDiameterPx !== undefined && !(cellDiameterPx >= 4 * blockPx)) {
    throw new RangeError(`cellDiameterPx must be at least ${4 * blockPx}, received ${cellDiameterPx}`);
  }
  if (!(smoothness >= 0 && smoothness <= 50)) {
    throw new RangeError(`smoothness must be in [0, 50], received ${smoothness}`);
  }
  return foregroundFeature(
    plane,
    wantedFeature(settings),
    cellDiameterPx === undefined ? undefined : cellDiameterPx / blockPx,
    blockPx,
  );
}

/** The thresholds that the settings select, in units of the feature. */
export function thresholdsOf(
  { kind, automatic, zero }: ForegroundFeature,
  { presets, thresholds }: Pick<CutterSettings, 'presets' | 'thresholds'>,
): number[] {
  if (thresholds !== undefined) return thresholds.map((threshold) => threshold - zero);
  return (presets ?? defaultPresets[kind]).map((multiple) => multiple * automatic);
}

/**
 * The foregrounds at the given thresholds of a feature, in the same order. They are empty for an image
 * without contrast. The generator yields between them, so that large images can be stopped.
 */
export function* candidateSteps(
  feature: ForegroundFeature,
  thresholds: readonly number[],
  settings: CutterSettings,
): Generator<void, Candidate[]> {
  const { kind, plane, part, automatic, reachPx } = feature;
  const { smoothness = 0.14, blockPx = 1 } = settings;
  const cellDiameterPx = feature.cellDiameterPx * blockPx;
  const isContrast = kind === 'local-contrast';
  const {
    maxHolePx = cellDiameterPx ** 2 / (isContrast ? 6 : 36),
    minPiecePx = cellDiameterPx ** 2 / (isContrast ? 9 : 72),
  } = settings;
  const isCut = settings.method === 'graph-cut' && smoothness > 0;
  // A threshold at or below the background has nothing to cut.
  const cutAt = isCut ? thresholds.filter((threshold) => threshold > 0) : [];
  const cuts = cutAt.length > 0 ? yield* cutForegrounds(plane, cutAt, smoothness) : [];
  const masks = thresholds.map((threshold) => cuts[cutAt.indexOf(threshold)] ?? above(plane, threshold));
  const candidates: Candidate[] = [];
  for (const [k, raw] of masks.entries()) {
    const whole = removeSmall(fillHoles(raw, maxHolePx / blockPx ** 2), minPiecePx / blockPx ** 2);
    const own = automatic > 0 ? (reachPx > 0 ? erode(whole, reachPx) : whole) : nothing(plane);
    const mask = putInWhole(own, part); // clears padding in `own` too
    const medianInside = medianIn(plane, own);
    let count = 0;
    for (let i = 0; i < mask.data.length; i++) count += mask.data[i]!;
    candidates.push({
      mask,
      threshold: numberAt(thresholds, k),
      multiple: numberAt(thresholds, k) / automatic,
      foregroundFraction: count / mask.data.length,
      feature: kind,
      isUniform: feature.isUniform,
      medianInside,
    });
    yield;
  }
  return candidates;
}

function above({ height, width, data }: FloatPlane, threshold: number): Mask {
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = data[i]! > threshold ? 1 : 0;
  return { height, width, data: mask };
}

function medianIn({ data }: FloatPlane, mask: Mask): number {
  let count = 0;
  for (let i = 0; i < mask.data.length; i++) count += mask.data[i]!;
  if (count === 0) return NaN;
  const inside = new Float32Array(count);
  for (let i = 0, k = 0; k < count; i++) if (mask.data[i] !== 0) inside[k++] = data[i]!;
  return numberAt(percentiles({ data: inside }, [50]), 0);
}

function nothing({ height, width, data }: FloatPlane): Mask {
  return { height, width, data: new Uint8Array(data.length) };
}
