import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findLocations } from '../../src-main/annotation/find-locations.ts';
import { featureOf } from '../../src-main/annotation/foreground-candidates.ts';
import { foregroundRange } from '../../src-main/annotation/foreground-range.ts';
import { rankCandidates } from '../../src-main/annotation/rank-candidates.ts';
import type { FloatPlane, LabelImage } from '../../src-main/contract/pixels.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { readTiff } from '../fixtures/read-whole.ts';
import { hasSharedCases, hasSharedData, sharedCases } from '../fixtures/shared-data.ts';
import { foregroundIou } from './foreground-iou.ts';
import { locationAgreement } from './location-agreement.ts';
import { sharedLabels, sharedPlane } from './shared-planes.ts';
import { foregroundCandidates, usualFinder } from '../fixtures/candidates.ts';

const finder = { ...usualFinder, sigma: 'auto' } as const;
const cutter = { feature: 'auto', method: 'graph-cut', presets: null } as const;

async function casePlane(path: string): Promise<FloatPlane> {
  return planeAt(await readTiff(readFileSync(sharedCases(path)), path), { c: 0 });
}

test.skipIf(!hasSharedCases)(
  'zero-frame: the same 40 nuclei with the same σ with and without a frame',
  async () => {
    const rows = readFileSync(sharedCases('zero-frame/truth.csv'), 'utf8').trim().split('\n').slice(1);
    const truth = rows.map((row) => row.split(',').map(Number) as [number, number]);
    expect(truth).toHaveLength(40);
    const plain = findLocations(await casePlane('zero-frame/plain_dna.tif'), finder);
    const framed = findLocations(await casePlane('zero-frame/framed_dna.tif'), finder);
    expect(framed.sigmaPx).toBe(plain.sigmaPx);
    expect(framed.responses).toEqual(plain.responses);
    expect(plain.locations).toHaveLength(80);
    // The frame shifts all of them equally.
    const [dy, dx] = [framed.locations[0]! - plain.locations[0]!, framed.locations[1]! - plain.locations[1]!];
    for (let i = 0; i < 80; i++) {
      expect(framed.locations[i]! - plain.locations[i]!).toBe(i % 2 === 0 ? dy : dx);
    }
    const isFound = ([y, x]: [number, number], locations: Float32Array, moved: [number, number]): boolean =>
      Array.from({ length: locations.length / 2 }, (_, k) => k).some(
        (k) => Math.hypot(locations[2 * k]! - moved[0] - y, locations[2 * k + 1]! - moved[1] - x) < 5,
      );
    const [inPlain, inFramed] = [
      truth.filter((centre) => isFound(centre, plain.locations, [0, 0])),
      truth.filter((centre) => isFound(centre, framed.locations, [dy, dx])),
    ];
    expect(Math.max(inPlain.length, truth.filter((c) => isFound(c, framed.locations, [0, 0])).length)).toBe(
      40,
    );
    expect(inFramed).toEqual(inPlain);
  },
);

/** Adds rows and columns of zeros: the first half before the image, the rest behind it. */
function framed({ height, width, data }: FloatPlane, rows: number, columns: number): FloatPlane {
  const out = {
    height: height + rows,
    width: width + columns,
    data: new Float32Array((height + rows) * (width + columns)),
  };
  for (let y = 0; y < height; y++) {
    const start = (y + rows / 2) * out.width + columns / 2;
    out.data.set(data.subarray(y * width, (y + 1) * width), start);
  }
  return out;
}

/** Rotates a plane about its middle, with zeros around it. Takes the nearest pixel. */
function turned({ height, width, data }: FloatPlane, degrees: number): FloatPlane {
  const side = Math.ceil(Math.hypot(height, width));
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const out = new Float32Array(side * side);
  for (let i = 0; i < out.length; i++) {
    const [dy, dx] = [Math.floor(i / side) + 0.5 - side / 2, (i % side) + 0.5 - side / 2];
    const y = Math.floor(dy * cos - dx * sin + height / 2);
    const x = Math.floor(dy * sin + dx * cos + width / 2);
    if (y >= 0 && y < height && x >= 0 && x < width) out[i] = data[y * width + x]!;
  }
  return { height: side, width: side, data: out };
}

/** Tiles are missing in the middle of the upper and of the right edge. */
function withGaps(plane: FloatPlane): FloatPlane {
  const { height, width } = plane;
  const data = plane.data.map((value, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const isGap = (y < 90 && x > 200 && x < 400) || (x > width - 100 && y > 200 && y < height - 150);
    return isGap ? 0 : value;
  });
  return { height, width, data };
}

const asLabels = (plane: FloatPlane): LabelImage => ({ ...plane, data: Int32Array.from(plane.data) });
const asPlane = (labels: LabelImage): FloatPlane => ({ ...labels, data: Float32Array.from(labels.data) });

test.skipIf(!hasSharedData)(
  'real nuclei: F1 and foreground IoU as without the frame',
  { timeout: 120_000 },
  async () => {
    for (const name of ['IXMtest_A02_s1', 'IXMtest_C07_s5', 'IXMtest_D04_s9']) {
      const plane = await sharedPlane(`u2os-nuclei/${name}_dna.tif`);
      const labels = await sharedLabels(`u2os-nuclei/${name}_label.tif`);
      const figures = (image: FloatPlane, truth: LabelImage): { f1: number; iou: number; range: object } => {
        const { locations } = findLocations(image, finder);
        const candidates = foregroundCandidates(image, cutter);
        const { best } = rankCandidates(candidates, locations);
        return {
          f1: locationAgreement(locations, truth).f1,
          iou: foregroundIou(candidates[best]!.mask, truth),
          range: foregroundRange(featureOf(image, cutter)),
        };
      };
      const plain = figures(plane, labels);
      expect(figures(framed(plane, 120, 150), asLabels(framed(asPlane(labels), 120, 150)))).toEqual(plain);
      const slanted = figures(turned(plane, 12), asLabels(turned(asPlane(labels), 12)));
      expect(Math.abs(slanted.f1 - plain.f1)).toBeLessThan(0.02);
      expect(Math.abs(slanted.iou - plain.iou)).toBeLessThan(0.03);
      if (name !== 'IXMtest_C07_s5') continue;
      const mosaic = figures(withGaps(plane), asLabels(withGaps(asPlane(labels))));
      expect(Math.abs(mosaic.f1 - plain.f1)).toBeLessThan(0.02);
      expect(Math.abs(mosaic.iou - plain.iou)).toBeLessThan(0.03);
    }
  },
);

test.skipIf(!hasSharedCases)('blank: no locations and no foreground', async () => {
  for (const name of ['constant', 'zeros']) {
    const plane = await casePlane(`blank/${name}.tif`);
    expect(findLocations(plane, finder)).toMatchObject({ isBlank: true, locations: { length: 0 } });
    const candidates = foregroundCandidates(plane, cutter);
    expect(candidates.map(({ foregroundFraction }) => foregroundFraction)).toEqual([0, 0, 0, 0, 0]);
  }
});
