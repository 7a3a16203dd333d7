import { describe, expect, it } from 'vitest';
import { imageScale } from '../../src-main/model/image-scale.ts';
import { prepareImage } from '../../src-main/model/prepare-image.ts';

const plane = (height: number, width: number, value: (i: number) => number) => ({
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, i) => value(i)),
});

describe('prepareImage', () => {
  it('standardises each channel by itself and interleaves them', () => {
    const { height, width, channels, data } = prepareImage(
      [plane(8, 10, (i) => i), plane(8, 10, (i) => 1000 - 50 * i)],
      1,
    );
    expect([height, width, channels, data.length]).toEqual([8, 10, 2, 160]);
    for (const channel of [0, 1]) {
      const values = data.filter((_, i) => i % 2 === channel);
      const mean = values.reduce((sum, x) => sum + x, 0) / 80;
      expect(mean).toBeCloseTo(0, 5);
      expect(values.reduce((sum, x) => sum + x * x, 0) / 80).toBeCloseTo(1, 4);
    }
    expect(data[0]).toBeLessThan(0); // the first channel rises, the second falls
    expect(data[1]).toBeGreaterThan(0);
  });

  it('does not care for the units of the intensities', () => {
    const values = (i: number): number => Math.sin(i) * 3 + i / 9;
    const a = prepareImage([plane(9, 9, values)], 0.6).data;
    const b = prepareImage([plane(9, 9, (i) => 40 * values(i) + 700)], 0.6).data;
    a.forEach((value, i) => expect(b[i]).toBeCloseTo(value, 4));
  });

  it('rescales to round(size · scale), at least one pixel', () => {
    const size = (scale: number): number[] => {
      const { height, width } = prepareImage([plane(30, 41, (i) => i)], scale);
      return [height, width];
    };
    expect(size(0.55)).toEqual([17, 23]);
    expect(size(2)).toEqual([60, 82]);
    expect(size(0.001)).toEqual([1, 1]);
  });

  it('an even image is 0', () => {
    expect(prepareImage([plane(4, 4, () => 7)], 0.5).data).toEqual(new Float32Array(4));
  });

  it('refuses planes that are not of one image', () => {
    expect(() => prepareImage([plane(4, 4, (i) => i), plane(4, 5, (i) => i)], 1)).toThrow(/4 × 4.*4 × 5/);
    expect(() => prepareImage([], 1)).toThrow(RangeError);
    expect(() => prepareImage([plane(2, 2, (i) => i)], 0)).toThrow(/scale/);
  });
});

describe('imageScale', () => {
  const cellSize = { diameterPx: 64, overridden: false, pixelSizeUm: 0.5 };
  it('brings a mean cell to the preset’s diameter', () => {
    expect(imageScale(cellSize, 32, null)).toBe(32 / 64);
    expect(imageScale({ ...cellSize, pixelSizeUm: null }, 32, 0.25)).toBe(0.5);
  });
  it('takes another magnification into account: at half the pixel size cells are twice as wide', () => {
    expect(imageScale(cellSize, 32, 0.25)).toBe(0.25);
    expect(imageScale(cellSize, 32, 1)).toBe(1);
  });
});
