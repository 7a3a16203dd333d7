import { describe, expect, test } from 'vitest';
import { featureOf } from '../../src-main/annotation/foreground-candidates.ts';
import type { CutterSettings } from '../../src-main/annotation/foreground-candidates.ts';
import { foregroundRange } from '../../src-main/annotation/foreground-range.ts';
import { chooseFeature } from '../../src-main/annotation/foreground/choose-feature.ts';
import { rankCandidates } from '../../src-main/annotation/rank-candidates.ts';
import type { FloatPlane, LabelImage } from '../../src-main/contract/pixels.ts';
import { hasSharedData } from '../fixtures/shared-data.ts';
import { floatPlane, golden, labelImage, type GoldenPlane } from '../imaging/golden.ts';
import { foregroundIou } from './foreground-iou.ts';
import { sharedLabels, sharedNames, sharedPlane } from './shared-planes.ts';
import { foregroundCandidates, thresholdForeground } from '../fixtures/candidates.ts';

interface PresetThresholds {
  input: GoldenPlane;
  thresholds: number[];
  masks: GoldenPlane[];
}

const settings: CutterSettings = { feature: 'auto', method: 'graph-cut', presets: null };

/** Seeded noise from −1 to 1. */
function noise(count: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

const height = 200;
const width = 240;
const disks = [50, 60, 26, 120, 150, 30, 60, 190, 22] as const;
const truth: LabelImage = { height, width, data: new Int32Array(height * width) };
for (let i = 0; i < truth.data.length; i++) {
  for (let d = 0; d < disks.length; d += 3) {
    const distance = Math.hypot(Math.floor(i / width) - disks[d]!, (i % width) - disks[d + 1]!);
    if (distance <= disks[d + 2]!) truth.data[i] = d / 3 + 1;
  }
}
const grain = noise(height * width);

/** Bright cells on a dark ground, above a camera's offset. */
const fluorescence: FloatPlane = {
  height,
  width,
  data: truth.data.reduce(
    (data, label, i) => {
      data[i] = 400 + (label > 0 ? 300 : 20) + 40 * grain[i]!;
      return data;
    },
    new Float32Array(height * width),
  ),
};

/** Cells as bright as the ground but grainy, under light that falls off. */
const phase: FloatPlane = {
  height,
  width,
  data: truth.data.reduce(
    (data, label, i) => {
      data[i] = (1000 - i / 400) * (1 + (label > 0 ? 0.3 : 0.02) * grain[i]!);
      return data;
    },
    new Float32Array(height * width),
  ),
};

function constant(value: number): FloatPlane {
  return { height: 90, width: 70, data: new Float32Array(90 * 70).fill(value) };
}

test('auto takes intensity for fluorescence and local contrast for phase contrast', () => {
  expect(chooseFeature(fluorescence)).toBe('intensity');
  expect(chooseFeature(phase)).toBe('local-contrast');
});

describe.each([
  ['fluorescence', fluorescence],
  ['phase contrast', phase],
])('%s', (_, plane) => {
  const candidates = foregroundCandidates(plane, settings);

  test('gives five, from large to small, each within the one before', () => {
    expect(candidates).toHaveLength(5);
    for (let k = 1; k < 5; k++) {
      expect(candidates[k]!.multiple).toBeGreaterThan(candidates[k - 1]!.multiple);
      const { mask } = candidates[k]!;
      expect(mask.data.every((value, i) => value <= candidates[k - 1]!.mask.data[i]!)).toBe(true);
    }
    for (const { mask, foregroundFraction } of candidates) {
      expect(foregroundFraction).toBeCloseTo(mask.data.reduce((a, b) => a + b, 0) / mask.data.length, 10);
    }
  });

  test('the one that ranks first is a good one', () => {
    const { best, order, confidence } = rankCandidates(candidates);
    expect(foregroundIou(candidates[best]!.mask, truth)).toBeGreaterThan(0.85);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(order[0]).toBe(best);
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThanOrEqual(1);
  });

  test('a threshold of one’s own at that of a candidate gives its mask', () => {
    const { threshold, mask, multiple } = candidates[2]!;
    const own = thresholdForeground(plane, settings, threshold);
    expect(own.multiple).toBeCloseTo(multiple, 10);
    const differing = own.mask.data.reduce((count, value, i) => count + (value === mask.data[i] ? 0 : 1), 0);
    expect(differing / mask.data.length).toBeLessThan(0.002);
  });

  test('the range holds all candidates', () => {
    const { low, high, automatic } = foregroundRange(featureOf(plane, settings));
    expect(low).toBeLessThan(candidates[0]!.threshold);
    expect(high).toBeGreaterThan(automatic);
    expect(automatic).toBeCloseTo(candidates[0]!.threshold / candidates[0]!.multiple, 6);
  });
});

test('preset grey values give the masks of scipy', () => {
  const { input, thresholds, masks } = golden<PresetThresholds>('preset-thresholds');
  const bare = { feature: 'intensity', presets: null, maxHolePx: 0, minPiecePx: 0 } as const;
  const plane = floatPlane(input);
  const plain = foregroundCandidates(plane, { ...bare, method: 'threshold', thresholds });
  plain.forEach(({ mask }, k) => expect([...mask.data]).toEqual(masks[k]!.data));
  // A camera's offset is part of a grey value.
  const brighter = { ...plane, data: plane.data.map((value) => value + 500) };
  const raised = thresholds.map((threshold) => threshold + 500);
  const same = foregroundCandidates(brighter, { ...bare, method: 'threshold', thresholds: raised });
  same.forEach(({ mask }, k) => expect(foregroundIou(mask, labelImage(masks[k]!))).toBeGreaterThan(0.999));
});

test('preset grey values cut patches of known brightness by arithmetic, also by graph cut', () => {
  // Patches of 20 × 20 px, each brighter by 100 than the one before it.
  const bands = { height: 20, width: 120, data: new Float32Array(2400) };
  for (let i = 0; i < 2400; i++) bands.data[i] = 100 * (1 + Math.floor((i % 120) / 20));
  for (const method of ['threshold', 'graph-cut'] as const) {
    const candidates = foregroundCandidates(bands, {
      feature: 'intensity',
      method,
      presets: null,
      thresholds: [50, 250, 350, 450, 650],
      maxHolePx: 0,
      minPiecePx: 0,
    });
    const patches = candidates.map(({ foregroundFraction }) => 6 * foregroundFraction);
    [6, 4, 3, 2, 0].forEach((expected, k) => expect(patches[k]!).toBeCloseTo(expected, 0.5));
  }
});

test('preset thresholds are grey values if no feature is chosen', () => {
  const thresholds = [500, 600, 700, 800, 900];
  expect(featureOf(phase, settings).kind).toBe('local-contrast');
  expect(featureOf(phase, { ...settings, thresholds }).kind).toBe('intensity');
  expect(featureOf(phase, { ...settings, thresholds, feature: 'local-contrast' }).kind).toBe(
    'local-contrast',
  );
});

test('graph cut leaves fewer specks than a plain threshold', () => {
  const bare = { maxHolePx: 0, minPiecePx: 0, feature: 'intensity', presets: [1] } as const;
  const grainy = {
    ...fluorescence,
    data: fluorescence.data.map((value, i) => value + 400 * grain[(i * 31) % grain.length]!),
  };
  const [cut] = foregroundCandidates(grainy, { ...bare, method: 'graph-cut' });
  const [plain] = foregroundCandidates(grainy, { ...bare, method: 'threshold' });
  expect(foregroundIou(cut!.mask, truth)).toBeGreaterThan(foregroundIou(plain!.mask, truth));
  const smooth = foregroundCandidates(grainy, { ...bare, method: 'graph-cut', smoothness: 1 })[0]!;
  expect(foregroundIou(smooth.mask, truth)).toBeGreaterThan(foregroundIou(cut!.mask, truth));
});

test('holes and small pieces go by the settings', () => {
  const plane = { height: 60, width: 60, data: new Float32Array(3600) };
  for (let y = 10; y < 50; y++) plane.data.fill(100, y * 60 + 10, y * 60 + 40);
  for (let y = 20; y < 30; y++) plane.data.fill(0, y * 60 + 20, y * 60 + 30);
  for (let y = 30; y < 34; y++) plane.data.fill(100, y * 60 + 50, y * 60 + 54);
  const count = (more: Partial<CutterSettings>) =>
    thresholdForeground(
      plane,
      { ...settings, feature: 'intensity', method: 'threshold', ...more },
      50,
    ).mask.data.reduce((a, b) => a + b);
  const [kept, filled, alone] = [
    count({ maxHolePx: 0, minPiecePx: 0 }),
    count({ maxHolePx: 200, minPiecePx: 0 }),
    count({ maxHolePx: 0, minPiecePx: 100 }),
  ];
  expect(kept).toBeGreaterThan(1080);
  expect(filled - kept).toBeGreaterThan(80);
  expect(kept - alone).toBeGreaterThan(10);
});

test.each([
  ['all black', constant(0)],
  ['constant', constant(123.456)],
  ['one pixel', { height: 1, width: 1, data: Float32Array.of(3) }],
])('an image that is %s has five empty candidates and no confidence', (_, plane) => {
  for (const feature of ['auto', 'intensity', 'local-contrast'] as const) {
    for (const method of ['graph-cut', 'threshold'] as const) {
      const candidates = foregroundCandidates(plane, { ...settings, feature, method });
      expect(candidates.map(({ foregroundFraction }) => foregroundFraction)).toEqual([0, 0, 0, 0, 0]);
      expect(rankCandidates(candidates, Float32Array.of(0.5, 0.5))).toEqual({
        order: [0, 1, 2, 3, 4],
        best: 0,
        confidence: 0,
        isEmpty: false,
      });
    }
  }
});

test('locations that the tight candidates miss speak against them', () => {
  const dim = { ...fluorescence, data: fluorescence.data.slice() };
  for (let i = 0; i < dim.data.length; i++) if (truth.data[i] === 3) dim.data[i]! -= 190;
  const candidates = foregroundCandidates(dim, { ...settings, presets: [0.3, 0.5, 0.7, 0.9, 1.2] });
  const inAll = Float32Array.of(50, 60, 120, 150, 60, 190);
  const { best } = rankCandidates(candidates, inAll);
  expect(candidates[best]!.mask.data[60 * width + 190]).toBe(1);
});

test('locations on the very border of the image leave the confidence a number', () => {
  const candidates = foregroundCandidates(fluorescence, settings);
  const { height } = fluorescence;
  const { confidence } = rankCandidates(candidates, Float32Array.of(height, width, 0, 0, 50, 60));
  expect(confidence).toBeGreaterThan(0);
  expect(confidence).toBeLessThanOrEqual(1);
});

test('settings outside their range are refused with what was received', () => {
  const of = (more: Partial<CutterSettings>) => () =>
    foregroundCandidates(fluorescence, { ...settings, ...more });
  expect(of({ cellDiameterPx: 1 })).toThrow(/received 1/);
  expect(of({ smoothness: -1 })).toThrow(/received -1/);
  expect(() => rankCandidates([])).toThrow(RangeError);
});

test.skipIf(!hasSharedData)(
  'hela-phase 1–4: the first by rank reaches IoU 0.82 and is within 0.02 of the best',
  async () => {
    for (const i of [1, 2, 3, 4]) {
      const candidates = foregroundCandidates(await sharedPlane(`hela-phase/HeLa_${i}_phase.tif`), settings);
      const labels = await sharedLabels(`hela-phase/HeLa_${i}_label.tif`);
      const ious = candidates.map(({ mask }) => foregroundIou(mask, labels));
      const first = ious[rankCandidates(candidates).best]!;
      expect(first).toBeGreaterThanOrEqual(0.82);
      expect(first).toBeGreaterThanOrEqual(Math.max(...ious) - 0.02);
    }
  },
);

test.skipIf(!hasSharedData)(
  'u2os-nuclei: the first by rank is within 0.02 of the best in at least 80 %',
  async () => {
    const names = sharedNames('u2os-nuclei', '_dna.tif');
    let right = 0;
    for (const name of names) {
      const candidates = foregroundCandidates(await sharedPlane(`u2os-nuclei/${name}_dna.tif`), settings);
      const labels = await sharedLabels(`u2os-nuclei/${name}_label.tif`);
      const ious = candidates.map(({ mask }) => foregroundIou(mask, labels));
      if (ious[rankCandidates(candidates).best]! >= Math.max(...ious) - 0.02) right++;
    }
    expect(right / names.length).toBeGreaterThanOrEqual(0.8);
  },
);
