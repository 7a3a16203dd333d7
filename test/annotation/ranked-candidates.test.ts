import { expect, test } from 'vitest';
import { defaultPresets, type CutterSettings } from '../../src-main/annotation/foreground-candidates.ts';
import type { ForegroundFeature } from '../../src-main/annotation/foreground/foreground-feature.ts';
import { rankedSteps, type RankedCandidates } from '../../src-main/annotation/ranked-candidates.ts';
import { shownPart } from '../../src-main/imaging/padding/shown-part.ts';
import { hasSharedData } from '../fixtures/shared-data.ts';
import { rankedCandidates } from '../fixtures/candidates.ts';
import { foregroundIou } from './foreground-iou.ts';
import { sharedLabels, sharedPlane } from './shared-planes.ts';

const settings: CutterSettings = { feature: 'auto', method: 'threshold', presets: null };

/**
 * A feature whose values fall from left to right as an exponential function, and have the mean 0.15. Above a
 * threshold t their median is t + 0.15 ln 2, so the height is ln(1 + 0.104 / t).
 */
function exponential(automatic: number): ForegroundFeature {
  const [height, width] = [60, 400];
  const data = Float32Array.from(
    { length: height * width },
    (_, i) => -0.15 * Math.log(((i % width) + 0.5) / width),
  );
  const plane = { height, width, data };
  return {
    kind: 'intensity',
    plane,
    part: shownPart([plane]),
    automatic,
    zero: 0,
    isUniform: false,
    cellDiameterPx: 60,
    reachPx: 0,
  };
}

function ranked(feature: ForegroundFeature, more: Partial<CutterSettings> = {}): RankedCandidates {
  const steps = rankedSteps(feature, { ...settings, ...more }, null);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

test('the default presets stay where one of them has the height of good foregrounds', () => {
  // 0.9 = ln(1 + 0.104 / t) at t = 0.0713, the second preset of 0.1426.
  const { presets, ranking } = ranked(exponential(0.1426));
  expect(presets).toEqual(defaultPresets.intensity);
  expect(ranking.best).toBe(1);
});

test('lower presets replace them where even the lowest one is too high', () => {
  // The lowest default, 0.35 × 0.4, has the height ln(1.743) = 0.556: 0.34 too low. 0.18 × 0.4 has 0.894.
  const { candidates, presets, ranking } = ranked(exponential(0.4));
  expect(presets[0]).toBe(0.18);
  expect(candidates.map(({ multiple }) => multiple)).toEqual(
    presets.map((preset) => expect.closeTo(preset, 6)),
  );
  expect(ranking.best).toBe(0);
  expect(candidates[0]!.medianInside / candidates[0]!.threshold).toBeCloseTo(Math.exp(0.894), 1);
});

test('thresholds and presets of a person are never replaced', () => {
  const feature = exponential(0.4);
  const own = [0.4, 0.5, 0.7, 0.9, 1.2];
  expect(ranked(feature, { presets: own }).presets).toEqual(own);
  const thresholds = [0.1, 0.2, 0.3, 0.4, 0.5];
  expect(ranked(feature, { thresholds }).candidates.map(({ threshold }) => threshold)).toEqual(thresholds);
});

test.skipIf(!hasSharedData).each([
  ['membranes, mdck-zo1', 'mdck-zo1/wt_04', 0.18, 0.85],
  ['strong halos, t98g-phase', 't98g-phase/val_set46', 2.1, 0.58],
])(
  '%s: presets beyond the default ones are offered, and a better one ranks first',
  async (_, image, end, leastIou) => {
    const [suffix, channel] = image.startsWith('mdck') ? ['_image.tif', 0] : ['_phase.tif', 0];
    const plane = await sharedPlane(`${image}${suffix}`, channel);
    const truth = await sharedLabels(`${image}_label.tif`);
    const { candidates, presets, ranking } = rankedCandidates(plane, { ...settings, method: 'graph-cut' });
    expect(presets).toContain(end);
    expect(foregroundIou(candidates[ranking.best]!.mask, truth)).toBeGreaterThan(leastIou);
  },
);
