import { describe, expect, it } from 'vitest';
import { noAugmentation as still, type AugmentationSettings } from '../../src-main/contract/training.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { drawCrop, type Crop, type CropOptions } from '../../src-main/training/draw-crop.ts';
import { prepareExample } from '../../src-main/training/prepare-example.ts';
import { fullExample, weakExample } from './examples.ts';

const moving: AugmentationSettings = {
  zoom: [0.7, 1.4],
  flips: true,
  gamma: 0.35,
  focusSigmaPx: 1,
  focusChance: 0.5,
  shading: 0.3,
  noise: 0.2,
};
const options = (augmentation: AugmentationSettings, size = 32): CropOptions => ({
  size,
  maskStride: 2,
  cellDiameterPx: 16,
  augmentation,
});
const at = (crop: Crop, y: number, x: number): number =>
  crop.image[Math.floor(y) * crop.size + Math.floor(x)]!;
const maskAt = (crop: Crop, y: number, x: number): number =>
  crop.mask[Math.floor(y / 2) * (crop.size / 2) + Math.floor(x / 2)]!;

describe('image, annotation and locations go together', () => {
  it.each([0.5, 1, 1.3])('when the image is rescaled by %s', (scale) => {
    const example = prepareExample(weakExample(1), 1, scale);
    let seen = 0;
    for (let k = 0; k < 40; k++) {
      const crop = drawCrop(example, options(moving), new SeededRandom(k));
      for (let i = 0; i < crop.locations.length; i += 2) {
        const [y, x] = [crop.locations[i]!, crop.locations[i + 1]!];
        expect(maskAt(crop, y, x)).toBe(1);
        expect(at(crop, y, x)).toBeGreaterThan(0); // disks are brighter than the mean
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(40);
  });

  it('pixel for pixel: the mask is where the image is bright', () => {
    const example = prepareExample(weakExample(2), 1, 1);
    let agree = 0;
    let total = 0;
    for (let k = 0; k < 20; k++) {
      const crop = drawCrop(
        example,
        options({ ...still, zoom: [0.8, 1.2], flips: true }),
        new SeededRandom(k),
      );
      const threshold = crop.image.reduce((sum, x) => sum + Math.max(x, 0), 0) / crop.image.length / 2;
      for (let y = 0; y < 32; y += 2) {
        for (let x = 0; x < 32; x += 2) {
          // The mean over the mask pixel's 2 × 2 image pixels.
          const mean =
            (at(crop, y, x) + at(crop, y + 1, x) + at(crop, y, x + 1) + at(crop, y + 1, x + 1)) / 4;
          agree += Number(mean > threshold === (maskAt(crop, y, x) === 1));
          total++;
        }
      }
    }
    expect(agree / total).toBeGreaterThan(0.93); // all but the disks' rims
  });
});

it('without augmentation is a piece of the image, standardised again', () => {
  const example = prepareExample(weakExample(3), 1, 1);
  const crop = drawCrop(example, options(still, 64), new SeededRandom(1));
  crop.image.forEach((value, i) => expect(value).toBeCloseTo(example.image.data[i]!, 3));
  expect(crop.locations.length).toBe(2 * 9);
});

it('is the seed’s, and reaches everywhere and every turn', () => {
  const example = prepareExample(weakExample(1), 1, 1);
  const draw = (seed: number): Crop => drawCrop(example, options(moving), new SeededRandom(seed));
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5).image).not.toEqual(draw(6).image);
  // One cell per image, off centre: the eight orientations put it into eight places.
  const lone = weakExample(1);
  if (lone.supervision.kind === 'weak') lone.supervision.locations = Float32Array.from([10.5, 20.5]);
  const turns = new Set<string>();
  for (let k = 0; k < 200; k++) {
    const crop = drawCrop(
      prepareExample(lone, 1, 1),
      options({ ...still, flips: true }, 64),
      new SeededRandom(k),
    );
    turns.add(crop.locations.map(Math.round).join());
  }
  expect(turns.size).toBe(8);
});

it('drops locations within a pixel of the border', () => {
  const example = weakExample(1);
  if (example.supervision.kind === 'weak') {
    example.supervision.locations = Float32Array.from([0.9, 30, 1.1, 30, 30, 63.1, 30, 62.9, 30, 30, -5, 3]);
  }
  const crop = drawCrop(prepareExample(example, 1, 1), options(still, 64), new SeededRandom(1));
  expect([...crop.locations]).toEqual([1.1, 30, 30, 62.9, 30, 30].map(Math.fround));
});

it('what lies beyond the image is 0, in image and mask, and holds no cells', () => {
  const example = prepareExample(weakExample(1, 24), 1, 1);
  for (let k = 0; k < 10; k++) {
    const crop = drawCrop(example, options(moving, 48), new SeededRandom(k));
    const empty = crop.image.filter((x) => x === 0).length;
    expect(empty).toBeGreaterThan(48 * 48 * 0.4);
    for (let i = 0; i < crop.mask.length; i++) {
      const y = 2 * Math.floor(i / 24) + 1;
      const x = 2 * (i % 24) + 1;
      if (at(crop, y, x) === 0 && at(crop, y - 1, x - 1) === 0) expect(crop.mask[i]).toBe(0);
    }
    expect(crop.locations.length).toBeLessThanOrEqual(2);
  }
});

describe('outlined cells', () => {
  it('are numbered, and located at their centres within the crop', () => {
    const example = prepareExample(fullExample(1), 1, 1);
    let cut = 0;
    for (let k = 0; k < 20; k++) {
      const crop = drawCrop(example, options(moving), new SeededRandom(k));
      const count = crop.locations.length / 2;
      expect([...crop.ids]).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      expect(Math.max(...crop.mask)).toBe(count);
      crop.ids.forEach((id, i) => {
        let area = 0;
        let sumY = 0;
        let sumX = 0;
        crop.mask.forEach((label, pixel) => {
          if (label !== id) return;
          area++;
          sumY += 2 * Math.floor(pixel / 16) + 1;
          sumX += 2 * (pixel % 16) + 1;
        });
        expect(crop.locations[2 * i]).toBeCloseTo(sumY / area, 4);
        expect(crop.locations[2 * i + 1]).toBeCloseTo(sumX / area, 4);
        // 6 % of a disk 8 mask px wide
        expect(area).toBeGreaterThanOrEqual(0.06 * Math.PI * 16);
        if (area < 25) cut++;
      });
    }
    expect(cut).toBeGreaterThan(0);
  });
});

it('an example with other channels is refused by name', () => {
  expect(() => prepareExample(weakExample(1), 2, 1)).toThrow(/weak 1 has 1 channels/);
});

it('crops lie where the image is: padding is 0 in them, and is no part of their contrast', () => {
  const { planes, ...rest } = weakExample(1);
  const { height, width, data } = planes[0]!;
  // The lower three quarters are padding.
  const padded = {
    height,
    width,
    data: data.map((value, i) => (i < (width * height) / 4 ? value + 100 : 0)),
  };
  for (let i = 0; i < padded.data.length / 4; i++) padded.data[i]! += (i % 7) / 100;
  const example = prepareExample({ ...rest, planes: [padded] }, 1, 1);
  const shown = example.image.data.subarray(0, (width * height) / 4);
  expect(shown.reduce((sum, value) => sum + value, 0) / shown.length).toBeCloseTo(0, 5);
  let mostlyShown = 0;
  for (let k = 0; k < 20; k++) {
    const crop = drawCrop(example, options(still, 16), new SeededRandom(k));
    mostlyShown += crop.image.filter((value) => value === 0).length / crop.image.length <= 0.3 ? 1 : 0;
  }
  // One place in twelve shows that much. Of 20 crops placed once each, 2 would.
  expect(mostlyShown).toBeGreaterThanOrEqual(10);
});
