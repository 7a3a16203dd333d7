import { expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import type { FloatPlane, Raster } from '../../../src-main/contract/pixels.ts';
import { planeAt } from '../../../src-main/imaging/raster/plane-at.ts';

const raster: Raster = {
  height: 2,
  width: 2,
  dtype: 'float64',
  sizes: { t: 2, z: 2, c: 2 },
  planes: Array.from({ length: 8 }, (_, k) => Float64Array.of(k, k + 0.25, k + 0.5, k + 0.75)),
  channelNames: ['Phase', 'DAPI'],
  pixelSizeUm: null,
};

test('planes lie in the order t, z, c', () => {
  expect([...planeAt(raster, { c: 1 }).data]).toEqual([1, 1.25, 1.5, 1.75]);
  expect([...planeAt(raster, { t: 1, z: 0, c: 1 }).data]).toEqual([5, 5.25, 5.5, 5.75]);
});

test('the plane is a copy', () => {
  planeAt(raster, { c: 0 }).data.fill(99);
  expect(raster.planes[0]![0]).toBe(0);
});

test('a plane that is not there is an error', () => {
  expect(() => planeAt(raster, { c: 2 })).toThrow('plane t 0, z 0, c 2; expected less than t 2, z 2, c 2');
});

test('NaN beside the image is padding, within it or everywhere it is refused', () => {
  const data = Float32Array.from({ length: 25 }, (_, i) => (i < 5 ? NaN : i));
  const planeOf = (values: Float32Array): FloatPlane =>
    planeAt(
      { ...raster, height: 5, width: 5, dtype: 'float32', planes: Array(8).fill(values) as Float32Array[] },
      { c: 0 },
      'A1.tif',
    );
  const { missing, data: filled } = planeOf(data);
  expect([...missing!]).toEqual(Array.from({ length: 25 }, (_, i) => (i < 5 ? 1 : 0)));
  expect([...filled.subarray(0, 10)]).toEqual([5, 6, 7, 8, 9, 5, 6, 7, 8, 9]);
  expect(() => planeOf(data.with(12, NaN))).toThrow('The first, NaN, is in row 2, column 2.');
  expect(() => planeOf(data.fill(NaN))).toThrow('A1.tif holds 25 pixels that are not numbers');
});

test.each([
  ...[Infinity, -Infinity].map((value) => [value, 'that is not a number (NaN or infinite)'] as const),
  [1e300, 'beyond ±3.4 · 10³⁸, the range of 32-bit reals'] as const,
])('%d is refused, with its place and what to do', (value, kind) => {
  const broken: Raster = { ...raster, planes: raster.planes.map((plane) => plane.slice()) };
  broken.planes[1]![3] = value;
  expect(planeAt(broken, { c: 0 }).data).toHaveLength(4);
  let refused: unknown;
  try {
    planeAt(broken, { c: 1 }, 'A1.tif');
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(LacssError);
  const { code, message, subject, remedy } = refused as LacssError;
  expect(code).toBe('image-invalid');
  expect(message).toBe(`A1.tif holds 1 pixel ${kind} in DAPI. The first, ${value}, is in row 1, column 1.`);
  expect(subject).toBe('A1.tif');
  expect(remedy).toContain('add it again');
});
