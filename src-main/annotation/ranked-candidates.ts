import { itemAt } from '../contract/elements.ts';
import type { Locations } from '../contract/pixels.ts';
import type { FeatureKind } from './foreground/choose-feature.ts';
import type { ForegroundFeature } from './foreground/foreground-feature.ts';
import { candidateSteps, defaultPresets, thresholdsOf } from './foreground-candidates.ts';
import type { Candidate, CutterSettings } from './foreground-candidates.ts';
import { heightDeviation, rankCandidates } from './rank-candidates.ts';
import type { Ranking } from './rank-candidates.ts';

export interface RankedCandidates {
  candidates: Candidate[];
  ranking: Ranking;
  /** The multiples of the automatic threshold at which they were cut. */
  presets: readonly number[];
}

/**
 * Presets for images whose best threshold is beyond the default ones: below for intensity (thin membranes,
 * bright spots in dim cells), above for local contrast (strong halos). They keep two or more of the default
 * range, because the ranking can be wrong.
 */
const presetsBeyond: Readonly<Record<FeatureKind, readonly number[]>> = {
  intensity: [0.18, 0.25, 0.35, 0.6, 1],
  'local-contrast': [0.7, 1, 1.3, 1.65, 2.1],
};

/** Beyond this {@link heightDeviation} the default preset at the end is too tight or too loose. */
const deviationAtEnd: Readonly<Record<FeatureKind, number>> = { intensity: -0.15, 'local-contrast': 0.2 };

/**
 * The candidates of a feature, and their ranking. The default presets are replaced if the one at their end
 * ranks first, and its height shows that it is still too tight or too loose. So the five enclose the best
 * threshold of more images.
 *
 * Chosen on the development images (`npx tsx test/bench/rank-candidates.ts`): of 21 images that change,
 * the best of five improves on 18, by up to 0.29 IoU, and loses up to 0.03 on three.
 * @param locations all cell locations, in pixels of the feature; `null` if unknown.
 */
export function* rankedSteps(
  feature: ForegroundFeature,
  settings: CutterSettings,
  locations: Locations | null,
): Generator<void, RankedCandidates> {
  const { kind } = feature;
  const isAutomatic = settings.presets === null && settings.thresholds === undefined;
  const ranked = (candidates: Candidate[], presets: readonly number[]): RankedCandidates => ({
    candidates,
    ranking: rankCandidates(candidates, locations ?? undefined),
    presets,
  });
  const cut = (presets: readonly number[] | null): Generator<void, Candidate[]> =>
    candidateSteps(feature, thresholdsOf(feature, { ...settings, presets }), settings);
  const first = ranked(yield* cut(settings.presets), settings.presets ?? defaultPresets[kind]);
  return isAutomatic && endsTooEarly(first, kind)
    ? ranked(yield* cut(presetsBeyond[kind]), presetsBeyond[kind])
    : first;
}

function endsTooEarly(
  { candidates, ranking: { best, isEmpty } }: RankedCandidates,
  kind: FeatureKind,
): boolean {
  if (isEmpty) return false;
  const deviation = heightDeviation(itemAt(candidates, best));
  return kind === 'intensity'
    ? best === 0 && deviation < deviationAtEnd[kind]
    : best === candidates.length - 1 && deviation > deviationAtEnd[kind];
}
