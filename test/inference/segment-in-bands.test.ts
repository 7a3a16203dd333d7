import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JobControl } from '../../src-main/contract/job.ts';
import type { FloatPlane, Segmentation } from '../../src-main/contract/pixels.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { fillMissing } from '../../src-main/imaging/padding/fill-missing.ts';
import { paddingOf } from '../../src-main/imaging/padding/padding-runs.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import type { SegmentImageOptions } from '../../src-main/inference/segment-image.ts';
import { segmentInBands } from '../../src-main/inference/segment-in-bands.ts';
import { imageStatistics, PreparedStrips } from '../../src-main/model/prepare-in-strips.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { bandsOf } from '../fixtures/bands-of.ts';
import { brightSpots, fakeModel } from './fake-model.ts';

beforeAll(() => tf.setBackend('cpu'));

const control: JobControl = { signal: new AbortController().signal, onProgress: () => undefined };
const pace = (): Promise<void> => Promise.resolve();

const banded = (planes: readonly FloatPlane[], rows = 7) => bandsOf(planes, rows);

async function inBands(
  model: ReturnType<typeof fakeModel>,
  planes: readonly FloatPlane[],
  options: SegmentImageOptions,
): Promise<Segmentation> {
  const image = banded(planes);
  const found = await segmentInBands(networkOf(model), image, await imageStatistics(image, pace), options);
  return { ...found, labels: labelImageOf(found.labels) };
}

/** Spots on a jittered grid, of many brightnesses. Some of their cells overlap, and many cross strips. */
function spots(height: number, width: number, pitch: number, seed = 1): [number, number, number][] {
  const random = new SeededRandom(seed);
  const found: [number, number, number][] = [];
  for (let y = pitch / 2; y < height; y += pitch) {
    for (let x = pitch / 2; x < width; x += pitch) {
      const jitter = (): number => Math.round((random.uniform() - 0.5) * 0.5 * pitch) + 0.5;
      found.push([y + jitter(), x + jitter(), 100 + Math.round(random.uniform() * 100)]);
    }
  }
  return found;
}

describe.each([
  { scale: 1, tileSizePx: 192, tileMarginPx: 32, size: [700, 160], pitch: 30 },
  { scale: 1, tileSizePx: 256, tileMarginPx: 48, size: [517, 333], pitch: 22 },
  { scale: 0.5, tileSizePx: 192, tileMarginPx: 32, size: [1300, 250], pitch: 50 },
  { scale: 1.5, tileSizePx: 192, tileMarginPx: 32, size: [400, 120], pitch: 25 },
])('strips of $tileSizePx px at scale $scale', ({ size, pitch, ...settings }) => {
  const [height, width] = size as [number, number];
  const plane = brightSpots(height, width, spots(height, width, pitch), Math.round(7 / settings.scale));

  test('give the cells of the whole image', async () => {
    const options = { ...settings, control };
    const whole = await segmentImage(networkOf(fakeModel({ brightness: 1.5 })), [plane], options);
    const model = fakeModel({ brightness: 1.5 });
    const found = await inBands(model, [plane], options);
    expect(whole.scores.length).toBeGreaterThan(50);
    expect(model.shown.length).toBeGreaterThan(2);
    expect(found.scores.length).toBe(whole.scores.length);
    let wrong = 0;
    // Cells of equal scores may swap their numbers, so the test matches them by location.
    const numberAt = new Map(
      Array.from(whole.scores, (_, k) => [
        `${whole.locations[2 * k]!.toFixed(2)},${whole.locations[2 * k + 1]!.toFixed(2)}`,
        k + 1,
      ]),
    );
    const numbers = Int32Array.from([
      0,
      ...Array.from(found.scores, (_, k) =>
        numberAt.get(`${found.locations[2 * k]!.toFixed(2)},${found.locations[2 * k + 1]!.toFixed(2)}`),
      ),
    ] as number[]);
    found.labels.data.forEach((label, i) => {
      if (numbers[label] !== whole.labels.data[i]) wrong++;
    });
    expect(wrong).toBe(0);
    found.scores.forEach((score, k) => {
      expect(score).toBeCloseTo(whole.scores[numbers[k + 1]! - 1]!, 4);
    });
  });
});

test('no strip is higher than a tile, and every band is read twice', async () => {
  const plane = brightSpots(900, 64, spots(900, 64, 30));
  const model = fakeModel({ brightness: 1.5 });
  const image = banded([plane]);
  const statistics = await imageStatistics(image, pace);
  const seen: number[] = [];
  const network = networkOf(model);
  await segmentInBands(
    {
      ...network,
      predict: (strip, ...rest) => {
        seen.push(strip.height);
        return network.predict(strip, ...rest);
      },
    },
    image,
    statistics,
    { scale: 1, control, tileSizePx: 256, tileMarginPx: 32 },
  );
  expect(seen.length).toBeGreaterThan(3);
  expect(Math.max(...seen)).toBeLessThanOrEqual(256);
  expect(image.passes).toEqual([2]);
});

test('padding counts for no statistics and holds no cells', async () => {
  const inner = brightSpots(500, 120, spots(500, 120, 30));
  const noise = new SeededRandom(3);
  for (let i = 0; i < inner.data.length; i++) inner.data[i]! += Math.round(5 * noise.uniform());
  const whole = { height: 700, width: 200, data: new Float32Array(700 * 200) };
  for (let y = 0; y < 500; y++) {
    whole.data.set(inner.data.subarray(y * 120, (y + 1) * 120), (y + 100) * 200 + 40);
  }
  const options = { scale: 1, control, tileSizePx: 256, tileMarginPx: 32 };
  const statistics = await imageStatistics(banded([whole]), pace);
  expect(statistics.padding).not.toBeNull();
  const own = await imageStatistics(banded([inner]), pace);
  expect(statistics.channels).toEqual(own.channels);
  const found = await inBands(fakeModel({ brightness: 1.5 }), [whole], options);
  const alone = await inBands(fakeModel({ brightness: 1.5 }), [inner], options);
  // The image without its frame is mirrored at its edges, which may add a cell.
  expect(alone.scores.length - found.scores.length).toBeOneOf([0, 1]);
  found.labels.data.forEach((label, i) => {
    const [y, x] = [Math.floor(i / 200), i % 200];
    if (y < 100 || y >= 600 || x < 40 || x >= 160) expect(label).toBe(0);
  });
});

describe('pixels without a number', () => {
  const [top, left] = [101, 43];
  /** Spots on noise with NaN around, and a gap in the middle of the left edge. */
  const inner = brightSpots(500, 120, spots(500, 120, 30));
  const noise = new SeededRandom(3);
  for (let i = 0; i < inner.data.length; i++) inner.data[i]! += Math.round(5 * noise.uniform());
  const whole = { height: 700, width: 200, data: new Float32Array(700 * 200).fill(NaN) };
  for (let y = 0; y < 500; y++) {
    whole.data.set(inner.data.subarray(y * 120, (y + 1) * 120), (y + top) * 200 + left);
    if (y > 200 && y < 230) whole.data.fill(NaN, (y + top) * 200 + left, (y + top) * 200 + left + 20);
  }

  test('count for no statistics, to the last digit', async () => {
    const { channels, padding, isBlank } = await imageStatistics(banded([whole]), pace);
    const shown = whole.data.filter((value) => !Number.isNaN(value));
    const own = await imageStatistics(banded([{ height: 1, width: shown.length, data: shown }]), pace);
    expect(channels).toEqual(own.channels);
    expect(isBlank).toBe(false);
    expect(paddingOf(padding!, { y: 0, height: 700, width: 200 })).toEqual(
      Uint8Array.from(whole.data, (value) => (Number.isNaN(value) ? 1 : 0)),
    );
  });

  test('hold no cells, and the others are those of the whole image', async () => {
    const options = { scale: 1, control, tileSizePx: 256, tileMarginPx: 32 };
    const found = await inBands(fakeModel({ brightness: 1.5 }), [whole], options);
    const atOnce = await segmentImage(
      networkOf(fakeModel({ brightness: 1.5 })),
      [fillMissing({ ...whole, data: whole.data.slice() })],
      options,
    );
    found.labels.data.forEach((label, i) => {
      if (Number.isNaN(whole.data[i])) expect(label).toBe(0);
    });
    expect(found.scores.every(Number.isFinite)).toBe(true);
    const places = ({ locations, scores }: Segmentation): string[] =>
      Array.from(scores, (_, k) => locations.subarray(2 * k, 2 * k + 2))
        // At the lower edge, rows are mirrored within a band here, and within the whole image there.
        .filter(([y]) => y! < top + 495)
        .map((place) => place.join())
        .sort();
    expect(places(found).length).toBeGreaterThan(40);
    expect(places(found)).toEqual(places(atOnce));
  });

  test('in one of two channels show the mirrored image there', async () => {
    const other = { height: 700, width: 200, data: new Float32Array(700 * 200) };
    other.data.forEach((_, i) => (other.data[i] = Math.round(5 * noise.uniform()) + (i % 97)));
    const { padding, channels } = await imageStatistics(banded([whole, other]), pace);
    expect(padding).toBeNull();
    expect(channels.map(({ mean }) => Number.isFinite(mean))).toEqual([true, true]);
    const strips = new PreparedStrips(banded([whole, other]), channels, 0.5);
    const strip = await strips.strip(0, 350);
    expect(strip.data.every(Number.isFinite)).toBe(true);
    // Above the image there are no data, so the mean is used.
    expect(strip.data[0]).toBeCloseTo(0, 6);
    await strips.close();
  });
});

describe('an image whose frame is found on every second row and column', () => {
  const [height, width] = [22_001, 201];
  /** The frame ends between two samples on each side. The lower part is thinner than two rows. */
  const box = { top: 101, bottom: height - 1, left: 43, right: 157 };
  const isShown = (i: number): boolean => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= box.top && y < box.bottom && x >= box.left && x < box.right;
  };
  const noise = new SeededRandom(3);
  /** Cells of a radius of 10 px cross all four sides. */
  const places: [number, number, number][] = [];
  for (const y of [box.top + 4.5, 400.5, 6000.5, box.bottom - 4.5]) {
    for (const x of [box.left + 4.5, 99.5, box.right - 4.5]) places.push([y, x, 150]);
  }
  const inner = brightSpots(height, width, places);
  for (let i = 0; i < inner.data.length; i++) inner.data[i]! += 1 + Math.round(5 * noise.uniform());
  const framed = (value: number): FloatPlane => ({
    height,
    width,
    data: inner.data.map((shown, i) => (isShown(i) ? shown : value)),
  });
  const options = { scale: 1, control, tileMarginPx: 32 };

  test('has no label on missing pixels, and labels on all others that cells cover', async () => {
    const { labels, scores } = await inBands(fakeModel({ brightness: 1.5 }), [framed(NaN)], options);
    expect(scores).toHaveLength(places.length);
    let [outside, missed] = [0, 0];
    labels.data.forEach((label, i) => {
      const [y, x] = [Math.floor(i / width) + 0.5, (i % width) + 0.5];
      const isCovered = places.some((place) => Math.hypot(place[0] - y, place[1] - x) < 9);
      if (!isShown(i)) outside += label === 0 ? 0 : 1;
      else if (isCovered && label === 0) missed++;
    });
    expect({ outside, missed }).toEqual({ outside: 0, missed: 0 });
  });

  test('has no label on missing pixels that no sample shows', async () => {
    const last = { height: height + 1, width, data: new Float32Array((height + 1) * width).fill(NaN) };
    last.data.set(inner.data);
    const { labels } = await inBands(fakeModel({ brightness: 1.5 }), [last], options);
    expect(labels.data.subarray(height * width).every((label) => label === 0)).toBe(true);
    expect(labels.data.some((label) => label !== 0)).toBe(true);
  });

  test('has no label on the sides of a constant frame', async () => {
    const plane = framed(0);
    const { padding, channels } = await imageStatistics(banded([plane], 500), pace);
    const { labels } = await inBands(fakeModel({ brightness: 1.5 }), [plane], options);
    const known = paddingOf(padding!, { y: 0, height, width });
    let [outside, wrong] = [0, 0];
    labels.data.forEach((label, i) => {
      // The last row is on no sample, but still counts as image.
      if (i >= (height - 1) * width) return;
      if (known[i] !== (isShown(i) ? 0 : 1)) wrong++;
      if (!isShown(i) && label !== 0) outside++;
    });
    expect({ outside, wrong }).toEqual({ outside: 0, wrong: 0 });
    expect(channels[0]!.low).toBeGreaterThan(0);
  });
});

test('an image that shows nothing has no cells, and the network is not asked', async () => {
  const noise = new SeededRandom(5);
  const plane = {
    height: 300,
    width: 300,
    data: Float32Array.from({ length: 90_000 }, () => Math.round(1000 * noise.uniform())),
  };
  const model = fakeModel();
  const found = await inBands(model, [plane], { scale: 1, control });
  expect(found.scores).toHaveLength(0);
  expect(found.note).toContain('blank');
  expect(model.shown).toEqual([]);
});

test('real numbers are standardised by a sample of them', async () => {
  const random = new SeededRandom(7);
  const [height, width] = [3000, 3000];
  const data = Float32Array.from({ length: height * width }, () => random.uniform());
  const { channels } = await imageStatistics(banded([{ height, width, data }], 100), pace);
  expect(channels[0]!.low).toBeCloseTo(0.01, 3);
  expect(channels[0]!.high).toBeCloseTo(0.999, 3);
  expect(channels[0]!.mean).toBeCloseTo(0.5, 3);
  expect(channels[0]!.deviation).toBeCloseTo(Math.sqrt(1 / 12), 3);
});

test('it stops between strips when cancelled', async () => {
  const plane = brightSpots(900, 64, spots(900, 64, 30));
  const image = banded([plane]);
  const statistics = await imageStatistics(image, pace);
  const abort = new AbortController();
  const model = fakeModel({ brightness: 1.5 });
  const segmenting = segmentInBands(networkOf(model), image, statistics, {
    scale: 1,
    tileSizePx: 256,
    tileMarginPx: 32,
    control: {
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done >= 1) abort.abort();
      },
    },
  });
  await expect(segmenting).rejects.toMatchObject({ code: 'cancelled' });
  expect(model.shown.length).toBe(1);
});
