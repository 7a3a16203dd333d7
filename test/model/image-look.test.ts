import { describe, expect, test } from 'vitest';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { gaussianFilter } from '../../src-main/imaging/filters/gaussian-filter.ts';
import { fillMissing } from '../../src-main/imaging/padding/fill-missing.ts';
import { meanLook, unlikeness } from '../../src-main/model/compare-look.ts';
import { imageLook, lookFigures } from '../../src-main/model/image-look.ts';
import { lookInBands } from '../../src-main/model/look-in-bands.ts';
import { imageStatistics } from '../../src-main/model/prepare-in-strips.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { sharedPlane } from '../annotation/shared-planes.ts';
import { bandsOf } from '../fixtures/bands-of.ts';
import { hasSharedData } from '../fixtures/shared-data.ts';

/** HeLa cells of 58 px are 32 px wide for the network. */
const scale = 32 / 58;
const lookOf = (plane: FloatPlane, by = scale) => imageLook([plane], by);

test('figures follow from the pixels', () => {
  const random = new SeededRandom(1);
  const noise = { height: 200, width: 200, data: Float32Array.from({ length: 4e4 }, () => random.normal()) };
  const bright = { ...noise, data: noise.data.map((value) => 1000 + 100 * value) };
  const [look] = lookOf(bright, 1);
  expect(look!.contrast).toBeCloseTo(Math.log(0.1), 1);
  expect(look!.skewness).toBeCloseTo(0, 1);
  // Noise is in the finest structures, which a blurred image lacks.
  expect(look!.fineDetail).toBeGreaterThan(-0.1);
  const [smooth] = lookOf(gaussianFilter(bright, 4), 1);
  expect(smooth!.fineDetail).toBeLessThan(-1.5);
  // A few bright spots on black are skewed.
  const spots = { ...noise, data: noise.data.map((value) => (value > 1.6 ? 1000 : 10)) };
  expect(lookOf(spots, 1)[0]!.skewness).toBeGreaterThan(3);
});

test.each([0, NaN])('a frame of %d changes none of the figures', (value) => {
  const random = new SeededRandom(3);
  const [rows, columns] = [120, 150];
  const own = Float32Array.from({ length: rows * columns }, () => 500 + 60 * random.normal());
  const data = new Float32Array(200 * 200).fill(value);
  for (let y = 0; y < rows; y++) data.set(own.subarray(y * columns, (y + 1) * columns), (y + 30) * 200 + 20);
  const framed = fillMissing({ height: 200, width: 200, data });
  expect(lookOf(framed, 1)).toEqual(lookOf({ height: rows, width: columns, data: own }, 1));
});

describe('of an image in bands', () => {
  const random = new SeededRandom(5);
  const pace = (): Promise<void> => Promise.resolve();
  const inBands = async (plane: FloatPlane, by: number) => {
    const image = bandsOf([plane], 50);
    return (await lookInBands(image, await imageStatistics(image, pace), by, pace))!;
  };
  /** Soft bright cells on noise. */
  const cells = (height: number, width: number): FloatPlane => {
    const data = Float32Array.from({ length: height * width }, () => (random.uniform() < 0.002 ? 4000 : 0));
    const soft = gaussianFilter({ height, width, data }, 3).data;
    return { height, width, data: soft.map((value) => 100 + value + 5 * random.normal()) };
  };

  test.each([1, 0.5])('the figures are those of the image in memory, at scale %d', async (by) => {
    const plane = cells(417, 230);
    const [whole] = lookOf(plane, by);
    const [found] = await inBands(plane, by);
    for (const name of lookFigures) expect(found![name]).toBeCloseTo(whole![name], 3);
  });

  test.each([0, NaN])('a frame of %d hardly changes them', async (value) => {
    const own = cells(360, 200);
    const data = new Float32Array(500 * 300).fill(value);
    for (let y = 0; y < 360; y++) data.set(own.data.subarray(y * 200, (y + 1) * 200), (y + 70) * 300 + 51);
    const [whole] = lookOf(own, 1);
    const [found] = await inBands({ height: 500, width: 300, data }, 1);
    for (const name of lookFigures) expect(Math.abs(found![name] - whole![name])).toBeLessThan(0.03);
  });

  test('a part of the strips tells the figures of a large one', async () => {
    const part = cells(600, 300);
    const data = new Float32Array(24_000 * 300);
    for (let y = 0; y < 24_000; y += 600) data.set(part.data, y * 300);
    const [whole] = lookOf(part, 1);
    const [found] = await inBands({ height: 24_000, width: 300, data }, 1);
    for (const name of lookFigures) expect(Math.abs(found![name] - whole![name])).toBeLessThan(0.05);
  });
});

test.skipIf(!hasSharedData)(
  'HeLa in phase contrast: other fields are alike, stained nuclei and bright field are not',
  async () => {
    const phase = (field: number) => sharedPlane(`hela-phase/HeLa_${field}_phase.tif`);
    const looks = [];
    for (const field of [1, 2, 3]) looks.push(lookOf(await phase(field)));
    const learned = { images: 3, foregroundShare: 0.6, channels: meanLook(looks) };
    for (const field of [4, 5]) expect(unlikeness(lookOf(await phase(field)), learned)).toBeNull();
    for (const field of [1, 4, 5]) {
      const nuclei = lookOf(await sharedPlane(`hela-phase/HeLa_${field}_nuclear.tif`));
      expect(unlikeness(nuclei, learned)).toMatch(/^This image looks unlike those the model learned: /);
    }
    const yeast = lookOf(await sharedPlane('baby-yeast-bf/evolve_testA_image.tif'));
    expect(unlikeness(yeast, learned)).not.toBeNull();
  },
);
