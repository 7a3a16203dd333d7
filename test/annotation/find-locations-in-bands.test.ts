import { describe, expect, test } from 'vitest';
import { findLocationsInBands } from '../../src-main/annotation/find-locations-in-bands.ts';
import { findLocations } from '../../src-main/annotation/find-locations.ts';
import type { FinderSettings } from '../../src-main/annotation/find-locations.ts';
import { RowWindow } from '../../src-main/imaging/source/row-window.ts';
import type { Rows } from '../../src-main/imaging/source/row-window.ts';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { fillMissing } from '../../src-main/imaging/padding/fill-missing.ts';
import { blockMeans } from '../../src-main/imaging/resample/block-means.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';

/** Blurry blobs of several sizes on noise, some of them touching. */
function blobs(height: number, width: number): FloatPlane {
  const random = new SeededRandom(3, 'blobs');
  const data = Float32Array.from({ length: height * width }, () => 100 + random.uniform(-9, 9));
  for (let n = 0; n < (height * width) / 500; n++) {
    const [cy, cx, radius] = [random.uniform(0, height), random.uniform(0, width), random.uniform(4, 9)];
    for (let y = Math.max(0, Math.floor(cy - 20)); y < Math.min(height, cy + 20); y++) {
      for (let x = Math.max(0, Math.floor(cx - 20)); x < Math.min(width, cx + 20); x++)
        data[y * width + x]! += 200 * Math.exp(-((y - cy) ** 2 + (x - cx) ** 2) / radius ** 2);
    }
  }
  return { height, width, data };
}

const plane = blobs(700, 90);

/** The rows of the plane, in bands of this many rows. */
async function* bandsOf({ height, width, data }: FloatPlane, rows: number): AsyncGenerator<Rows> {
  for (let y = 0; y < height; y += rows) {
    const end = Math.min(height, y + rows);
    yield await Promise.resolve({
      y,
      height: end - y,
      width,
      data: data.slice(y * width, end * width),
    });
  }
}

const large = {
  height: plane.height,
  width: plane.width,
  bands: () => bandsOf(plane, 13),
  coarse: () => Promise.resolve({ plane, side: 1 }),
};
const noPause = (): Promise<void> => Promise.resolve();

describe.each<FinderSettings>([
  { sigma: 'auto', logIntensity: true, thresholdFactor: 1 },
  { sigma: 4.2, logIntensity: true, thresholdFactor: 0.2 },
  { sigma: 3, logIntensity: false, thresholdFactor: 2, prominence: 0 },
  { sigma: 6, logIntensity: false, thresholdFactor: 1, borderPx: 10, minDistanceSigmas: 2 },
])('settings %j', (settings) => {
  const whole = findLocations(plane, settings);

  test.each([8, 40, 299, 1000])('stretches of %i rows give the locations of the whole', async (rows) => {
    expect(whole.responses.length).toBeGreaterThan(20);
    expect(await findLocationsInBands(large, settings, noPause, rows * plane.width)).toEqual(whole);
  });
});

describe('padding', () => {
  const size = { height: 1000, width: 150 };
  const settings = { sigma: 'auto', logIntensity: true, thresholdFactor: 1 } as const;
  const [top, left] = [137, 31];
  /** The plane in a frame that is not aligned with the blocks, with a gap in the middle of its left edge. */
  const framed = (value: number): FloatPlane => {
    const data = new Float32Array(size.height * size.width).fill(value);
    for (let y = 0; y < plane.height; y++) {
      for (let x = 0; x < plane.width; x++) {
        if (y > 200 && y < 261 && x < 33) continue;
        data[(y + top) * size.width + x + left] = plane.data[y * plane.width + x]!;
      }
    }
    return { ...size, data };
  };

  test.each([0, 4000, NaN])('of %d is cut off and filled, as of a plane at once', async (value) => {
    const whole = framed(value);
    const inBands = {
      ...size,
      bands: () => bandsOf(whole, 13),
      coarse: () => Promise.resolve({ plane: fillMissing(blockMeans(whole, 4)), side: 4 }),
    };
    const found = await findLocationsInBands(inBands, settings, noPause, 40 * size.width);
    const atOnce = findLocations(fillMissing(whole), { ...settings, sigma: found.sigmaPx });
    const places = ({ locations }: { locations: Float32Array }): Set<string> =>
      new Set(
        Array.from({ length: locations.length / 2 }, (_, k) => locations.slice(2 * k, 2 * k + 2).join()),
      );
    const [some, all] = [places(found), places(atOnce)];
    expect(all.size).toBeGreaterThan(50);
    const differing =
      [...some].filter((p) => !all.has(p)).length + [...all].filter((p) => !some.has(p)).length;
    // The mirrored pixels of the gap differ: bands mirror within a band, the reference mirrors within the
    // plane.
    expect(differing).toBeLessThanOrEqual(4);
    for (const place of some) {
      const [y, x] = place.split(',').map(Number) as [number, number];
      expect(y > top && y < top + plane.height && x > left && x < left + plane.width).toBe(true);
      expect(y > top + 201 && y < top + 261 && x < left + 33).toBe(false);
    }
  });
});

test('it says how far it is, and stops where that is answered with an error', async () => {
  const shares: number[] = [];
  const settings = { sigma: 4, logIntensity: true, thresholdFactor: 1 };
  const pace = (share: number): Promise<void> => {
    shares.push(share);
    return shares.length > 30 ? Promise.reject(new Error('enough')) : Promise.resolve();
  };
  await expect(findLocationsInBands(large, settings, pace, 40 * plane.width)).rejects.toThrow('enough');
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test('a window moves down the rows, and not up again', async () => {
  const window = new RowWindow(large, (data) => data.map((value) => 2 * value));
  const rows = (from: number, to: number): Float32Array =>
    plane.data.slice(from * plane.width, to * plane.width).map((value) => 2 * value);
  expect((await window.rows(5, 40)).data).toEqual(rows(5, 40));
  expect((await window.rows(30, 31)).data).toEqual(rows(30, 31));
  expect((await window.rows(200, 300)).data).toEqual(rows(200, 300));
  await expect(window.rows(5, 40)).rejects.toThrow('row 5 has been passed');
  await expect(window.rows(690, 701)).rejects.toThrow('rows up to 701 are not there');
});
