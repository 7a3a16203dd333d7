import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { usualSegmentSettings } from '../../src-main/contract/inference.ts';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { JobControl, Progress } from '../../src-main/contract/job.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { brightSpots, fakeModel } from './fake-model.ts';

beforeAll(() => tf.setBackend('cpu'));

const control: JobControl = { signal: new AbortController().signal, onProgress: () => undefined };

/** Pixels of each label whose centres are within `radius` of its location, and the others. */
function disks(size: number, centres: readonly (readonly [number, number])[], radius: number): Int32Array {
  return Int32Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size) + 0.5, (i % size) + 0.5];
    return 1 + centres.findIndex(([cy, cx]) => Math.hypot(y - cy, x - cx) < radius);
  });
}

test('locations are (y, x), pixel centres lie at a half, masks stand where their cells are', async () => {
  const spot = [20.5, 41.5] as const;
  const found = await segmentImage(networkOf(fakeModel()), [brightSpots(64, 64, [spot])], {
    scale: 1,
    control,
  });
  expect([...found.locations]).toEqual([20.5, 41.5]);
  expect(found.scores).toHaveLength(1);
  const truth = disks(64, [spot], 10);
  const wrong = found.labels.data.filter((label, i) => label !== truth[i]).length;
  expect(wrong / truth.filter((label) => label === 1).length).toBeLessThan(0.02); // mask stride 2
});

test('as published, the score of a cell is that of its proposal, and from 0.25 on it counts', async () => {
  const plane = brightSpots(64, 64, [[20.5, 41.5]]);
  const scores: number[] = [];
  for (const method of ['published', 'improved'] as const) {
    const model = fakeModel({ method });
    let best = 0;
    const seen = {
      ...model,
      features: (image: tf.Tensor4D) => {
        const features = model.features(image);
        best = 1 / (1 + Math.exp(-Math.max(...features.scoreLogits.dataSync())));
        return features;
      },
    };
    const found = await segmentImage(networkOf(seen), [plane], { scale: 1, control });
    if (method === 'published') expect(found.scores[0]).toBeCloseTo(best, 6);
    scores.push(found.scores[0]!);
  }
  // With score improvement, a score also includes how clear the outline is.
  expect(scores[1]).toBeLessThan(scores[0]!);
  // The paper drops cells of fewer than 15 px, where a mean cell is 32 px wide.
  const { minScore, minAreaShare } = usualSegmentSettings('published');
  expect(minScore).toBe(0.25);
  expect(minAreaShare * (Math.PI / 4) * 32 ** 2).toBeCloseTo(15, 9);
});

test.each([
  { scale: 0.5, height: 200, width: 120 },
  { scale: 2, height: 60, width: 90 },
  { scale: 0.33, height: 150, width: 211 },
])('at scale $scale locations and masks come back in original px', async ({ scale, height, width }) => {
  const spot = [height / 2, width / 3] as const;
  const plane = brightSpots(height, width, [spot], 7 / scale);
  const found = await segmentImage(networkOf(fakeModel({ brightness: 2 })), [plane], { scale, control });
  expect(found.scores).toHaveLength(1);
  expect(Math.abs(found.locations[0]! - spot[0])).toBeLessThan(2.5 / scale);
  expect(Math.abs(found.locations[1]! - spot[1])).toBeLessThan(2.5 / scale);
  let [area, sumY, sumX] = [0, 0, 0];
  found.labels.data.forEach((label, i) => {
    area += label;
    sumY += label * (Math.floor(i / width) + 0.5);
    sumX += label * ((i % width) + 0.5);
  });
  expect(sumY / area).toBeCloseTo(found.locations[0]!, 0);
  expect(sumX / area).toBeCloseTo(found.locations[1]!, 0);
  expect(Math.abs(area / (Math.PI * (10 / scale) ** 2) - 1)).toBeLessThan(0.03);
});

/** 144 spots on a jittered grid: many near the borders of tiles. */
const spots = Array.from({ length: 144 }, (_, k): [number, number] => [
  12.5 + 30 * Math.floor(k / 12) + ((k * 7) % 9),
  12.5 + 30 * (k % 12) + ((k * 5) % 9),
]);

test('a blank image has no cells, is not shown to the network, and says why', async () => {
  const model = fakeModel({ brightness: -1 }); // would find a cell everywhere
  const random = new SeededRandom(1);
  const noise = Float32Array.from({ length: 64 * 48 }, () => Math.round(100 + 2 * random.normal()));
  for (const data of [new Float32Array(64 * 48), new Float32Array(64 * 48).fill(65535), noise]) {
    const found = await segmentImage(networkOf(model), [{ height: 64, width: 48, data }], {
      scale: 1,
      control,
    });
    expect(found.scores).toHaveLength(0);
    expect(found.labels).toEqual({ height: 64, width: 48, data: new Int32Array(64 * 48) });
    expect(found.note).toBe('The image is blank: it is constant, or shows nothing but noise.');
  }
  expect(model.shown).toEqual([]);
});

test('a frame around an image changes nothing but the places', async () => {
  const random = new SeededRandom(2);
  const inner = brightSpots(100, 90, [
    [20.5, 20.5],
    [3.5, 60.5],
    [70.5, 85.5],
  ]);
  for (let i = 0; i < inner.data.length; i++) inner.data[i]! += 20 + random.normal();
  const framed = { height: 150, width: 130, data: new Float32Array(150 * 130) };
  const [top, left] = [31, 17];
  for (let y = 0; y < 100; y++) {
    framed.data.set(inner.data.subarray(y * 90, (y + 1) * 90), (top + y) * 130 + left);
  }
  const plain = await segmentImage(networkOf(fakeModel()), [inner], { scale: 1, control });
  const found = await segmentImage(networkOf(fakeModel()), [framed], { scale: 1, control });
  expect(plain.scores).toHaveLength(3);
  expect(found.scores).toEqual(plain.scores);
  const moved = (values: Float32Array): number[] =>
    [...values].map((value, i) => Math.fround(value + (i % 2 === 0 ? top : left)));
  expect([...found.locations]).toEqual(moved(plain.locations));
  for (let y = 0; y < 150; y++) {
    for (let x = 0; x < 130; x++) {
      const inside = y >= top && y < top + 100 && x >= left && x < left + 90;
      const expected = inside ? plain.labels.data[(y - top) * 90 + x - left] : 0;
      if (found.labels.data[y * 130 + x] !== expected) expect([y, x]).toBe(expected);
    }
  }
});

test('no tile is larger than the preset allows', async () => {
  const model = fakeModel();
  model.preset.largestTilePx = 128;
  await segmentImage(networkOf(model), [brightSpots(200, 100, [[9, 9]])], { scale: 1, control });
  expect(new Set(model.shown.map(String))).toEqual(new Set(['1,128,112,1']));
});

test('in tiles every cell is found once, at the same place, with the same pixels', async () => {
  const plane = brightSpots(370, 370, spots);
  const whole = await segmentImage(networkOf(fakeModel({ radiusPx: 12 })), [plane], {
    scale: 1,
    control,
    tileSizePx: 1024,
  });
  const model = fakeModel({ radiusPx: 12 });
  const tiled = await segmentImage(networkOf(model), [plane], {
    scale: 1,
    control,
    tileSizePx: 128,
    tileMarginPx: 32,
  });
  expect(whole.scores).toHaveLength(144);
  expect(model.shown.length).toBe(25);
  expect(new Set(model.shown.map(String))).toEqual(new Set(['1,128,128,1'])); // one shape: compiled once
  expect(new Set(model.asked)).toEqual(new Set([16])); // and one group of cells, filled up
  const report = averagePrecision([matchInstances(tiled.labels, tiled.scores, whole.labels)]);
  expect(report).toMatchObject({ meanAveragePrecision: 1, predictionCount: 144, truthCount: 144 });
  const isCell = (label: number): number => (label > 0 ? 1 : 0);
  expect(tiled.labels.data.map(isCell)).toEqual(whole.labels.data.map(isCell));
});

test('a location on the border of two tiles belongs to one cell', async () => {
  const settings = { scale: 1, control, tileSizePx: 256, tileMarginPx: 64 }; // the cores meet at x = 184
  for (let x = 174.5; x < 194; x++) {
    const model = fakeModel();
    const found = await segmentImage(networkOf(model), [brightSpots(64, 368, [[30.5, x]])], settings);
    expect([...found.locations]).toEqual([30.5, x]);
    expect(model.shown).toHaveLength(2);
  }
});

test('scores fall from label 1 on, and label, score and location of a cell go together', async () => {
  const plane = brightSpots(96, 96, [
    [20.5, 20.5, 100],
    [60.5, 70.5, 160],
    [70.5, 20.5, 130],
  ]);
  const found = await segmentImage(networkOf(fakeModel()), [plane], { scale: 1, control });
  expect([...found.locations]).toEqual([60.5, 70.5, 70.5, 20.5, 20.5, 20.5]);
  expect([...found.scores]).toEqual([...found.scores].sort((a, b) => b - a));
  for (let k = 0; k < 3; k++) {
    const pixel = Math.floor(found.locations[2 * k]!) * 96 + Math.floor(found.locations[2 * k + 1]!);
    expect(found.labels.data[pixel]).toBe(k + 1);
  }
});

test('a cell whose outline the image hardly shows comes last, label and score alike', async () => {
  const spots = [20.5, 60.5, 100.5].flatMap((y) => [20.5, 60.5, 100.5].map((x): [number, number] => [y, x]));
  const plane = brightSpots(120, 120, spots);
  // A disk of brightness around every cell but the fifth. The model gives it the same score as the others.
  const disksOfOthers = disks(
    120,
    spots.filter((_, k) => k !== 4),
    10,
  );
  plane.data.forEach((value, i) => (plane.data[i] = Math.max(value, disksOfOthers[i]! > 0 ? 40 : 0)));
  const found = await segmentImage(networkOf(fakeModel({ brightness: 2 })), [plane], { scale: 1, control });
  expect(found.scores).toHaveLength(9);
  expect(found.labels.data[60 * 120 + 60]).toBe(9);
  expect([...found.locations.slice(16)]).toEqual([60.5, 60.5]);
  expect(found.scores[8]! / found.scores[7]!).toBeLessThan(0.1);

  // The minimum score applies to the final score, not to that of the proposals. The last proposal scores as
  // high as others.
  const scores = [...found.scores];
  // Below the default score of proposals, fainter cells are found too.
  for (const minScore of [(scores[7]! + scores[8]!) / 2, scores[3]!, 1]) {
    const options = { scale: 1, control, minScore };
    const cut = await segmentImage(networkOf(fakeModel({ brightness: 2 })), [plane], options);
    expect(cut.scores.filter((score) => score < minScore)).toHaveLength(0);
    expect(cut.scores.length > 0).toBe(minScore < 1);
    expect(new Set(cut.labels.data).size - 1).toBe(cut.scores.length);
    expect(cut.locations).toHaveLength(2 * cut.scores.length);
  }
});

test('an image without cells gives an empty, valid result', async () => {
  const black = { height: 64, width: 64, data: new Float32Array(64 * 64) };
  const found = await segmentImage(networkOf(fakeModel()), [black], { scale: 1, control });
  expect(found.scores).toHaveLength(0);
  expect(found.locations).toHaveLength(0);
  expect(found.labels).toMatchObject({ height: 64, width: 64 });
  expect(found.labels.data.every((label) => label === 0)).toBe(true);
});

test('images smaller than a tile’s stride, and images of one row, are segmented', async () => {
  for (const [height, width] of [
    [5, 7],
    [1, 40],
  ] as const) {
    const plane = brightSpots(height, width, [[0.5, 3.5]]);
    const found = await segmentImage(networkOf(fakeModel({ radiusPx: 3, brightness: 1 })), [plane], {
      scale: 1,
      control,
    });
    expect(found.labels).toMatchObject({ height, width });
    expect([...found.locations]).toEqual([0.5, 3.5]);
  }
});

test('several channels reach the model side by side', async () => {
  const model = fakeModel({ inputChannels: 2 });
  const planes = [brightSpots(64, 64, [[30.5, 30.5]]), brightSpots(64, 64, [[10.5, 10.5]])];
  const found = await segmentImage(networkOf(model), planes, { scale: 1, control });
  expect(model.shown).toEqual([[1, 64, 64, 2]]);
  expect([...found.locations]).toEqual([30.5, 30.5]); // the fake looks at its first channel
});

test('small cells are dropped in proportion to the size of cells', async () => {
  const plane = brightSpots(64, 64, [[0.5, 30.5]]); // half of its disk lies outside
  const options = { scale: 1, control };
  expect(
    (await segmentImage(networkOf(fakeModel()), [plane], { ...options, minAreaShare: 0.4 })).scores,
  ).toHaveLength(1);
  expect(
    (await segmentImage(networkOf(fakeModel()), [plane], { ...options, minAreaShare: 0.6 })).scores,
  ).toHaveLength(0);
});

test('progress goes by tiles, and a cancelled job stops between two', async () => {
  const canceller = new AbortController();
  const seen: Progress[] = [];
  const model = fakeModel({ radiusPx: 12 });
  const cancelled = segmentImage(networkOf(model), [brightSpots(370, 370, spots)], {
    scale: 1,
    tileSizePx: 128,
    tileMarginPx: 32,
    control: {
      signal: canceller.signal,
      onProgress(progress) {
        seen.push(progress);
        if (progress.done === 2) canceller.abort();
      },
    },
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen.map(({ done, total }) => [done, total])).toEqual([
    [0, 25],
    [1, 25],
    [2, 25],
  ]);
  expect(seen[2]!.message).toBe('Segmenting, tile 3 of 25');
  expect(model.shown).toHaveLength(3);
});

test('no tensor is left behind, also by a cancelled job', async () => {
  const plane = brightSpots(64, 64, [[30.5, 30.5]]);
  const before = tf.memory().numTensors;
  await segmentImage(networkOf(fakeModel()), [plane], { scale: 1, control });
  const broken = {
    ...fakeModel(),
    segment: () => {
      throw new Error('no memory');
    },
  };
  await expect(segmentImage(networkOf(broken), [plane], { scale: 1, control })).rejects.toThrow('no memory');
  expect(tf.memory().numTensors).toBe(before);
});

test('wrong planes and scales are refused by name', async () => {
  const plane = brightSpots(64, 64, []);
  const received = segmentImage(networkOf(fakeModel({ inputChannels: 2 })), [plane], { scale: 1, control });
  await expect(received).rejects.toThrow(LacssError);
  await expect(received).rejects.toThrow('2 channels; this image has 1');
  const uneven = segmentImage(networkOf(fakeModel({ inputChannels: 2 })), [plane, brightSpots(64, 32, [])], {
    scale: 1,
    control,
  });
  await expect(uneven).rejects.toMatchObject({ code: 'image-size-mismatch' });
  await expect(segmentImage(networkOf(fakeModel()), [plane], { scale: 0, control })).rejects.toThrow(
    'received 0',
  );
});

/** A model whose memory allows tiles of at most `largestPx` per side. */
function frugalModel(largestPx: number): ReturnType<typeof fakeModel> {
  const model = fakeModel();
  return {
    ...model,
    features: (image) => {
      if (image.shape[1] > largestPx) throw new LacssError('out-of-memory', 'No room.');
      return model.features(image);
    },
  };
}

test('where memory runs out tiles are halved until there is enough, at once for the next image, and it is told', async () => {
  const spots = Array.from(
    { length: 16 },
    (_, k) => [40.5 + 80 * (k % 4), 40.5 + 80 * Math.floor(k / 4)] as const,
  );
  const plane = brightSpots(320, 320, spots);
  const settings = { scale: 1, tileSizePx: 1024 };
  const whole = await segmentImage(networkOf(fakeModel()), [plane], { ...settings, control });
  const told: Progress[] = [];
  const listening = { ...control, onProgress: (progress: Progress) => void told.push(progress) };
  const frugal = frugalModel(160);
  const found = await segmentImage(networkOf(frugal), [plane], { ...settings, control: listening });
  expect(found.labels).toEqual(whole.labels);
  expect(found.scores).toHaveLength(16);
  expect(told.at(-1)!.notice).toBe('in tiles of 160 px for lack of memory');
  expect(frugal.shown.every((shape) => shape[1] === 160)).toBe(true);
  const refused: string[] = [];
  await segmentImage(networkOf(frugal), [plane], {
    ...settings,
    control: { ...control, onProgress: ({ notice }) => void refused.push(notice ?? 'none') },
  });
  expect(new Set(refused)).toEqual(new Set(['in tiles of 160 px for lack of memory']));
});

test('it ends with advice where the smallest tile is too large', async () => {
  const segmenting = segmentImage(networkOf(frugalModel(64)), [brightSpots(512, 512, [[9, 9]])], {
    scale: 1,
    control,
  });
  await expect(segmenting).rejects.toMatchObject({
    code: 'out-of-memory',
    remedy: expect.stringContaining('smaller preset') as string,
  });
});
