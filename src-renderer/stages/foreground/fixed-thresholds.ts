import type {
  CandidateSettings,
  CandidatesView,
} from '../../../src-main/contract/requests/foreground-requests.ts';

/** Settings with the same thresholds for all images: those of the image that is shown, to three digits. */
export function fixedSettings(
  settings: CandidateSettings,
  { feature, thresholds }: Pick<CandidatesView, 'feature' | 'thresholds'>,
): CandidateSettings {
  return {
    ...settings,
    feature,
    thresholds: thresholds.map((threshold) => Number(threshold.toPrecision(3))),
  };
}

/** Settings with thresholds per image. Fixed thresholds of one feature mean nothing for another. */
export function automaticSettings(
  { method, presets }: CandidateSettings,
  feature: CandidateSettings['feature'],
): CandidateSettings {
  return { feature, method, presets };
}
