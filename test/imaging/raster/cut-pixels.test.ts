import { expect, test } from 'vitest';
import { cutPixels } from '../../../src-main/imaging/raster/cut-pixels.ts';

test('a rectangle keeps its pixels and the kind of the array', () => {
  const plane = Uint16Array.from({ length: 20 }, (_, i) => i); // 4 × 5
  const area = { top: 1, left: 2, height: 2, width: 3 };
  expect(cutPixels(plane, 5, area)).toEqual(Uint16Array.of(7, 8, 9, 12, 13, 14));
  expect(cutPixels(plane, 5, { top: 0, left: 0, height: 4, width: 5 })).toEqual(plane);
  expect(plane[7]).toBe(7);
});
