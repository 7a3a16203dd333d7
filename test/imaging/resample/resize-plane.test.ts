import { expect, test } from 'vitest';
import { resizePlane } from '../../../src-main/imaging/resample/resize-plane.ts';
import { expectClose, floatPlane, golden } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

const { input, cases } = golden<{ input: GoldenPlane; cases: GoldenPlane[] }>('resize');

test.each(cases)('resizePlane to $height × $width gives what skimage gives', (output) => {
  expectClose(resizePlane(floatPlane(input), output.height, output.width), output, 1e-6);
});

test('doubling keeps the edges and puts quarters between pixels', () => {
  const row = { height: 1, width: 2, data: Float32Array.of(0, 4) };
  expect([...resizePlane(row, 1, 4).data]).toEqual([0, 1, 3, 4]);
});

test('a size that is no positive whole number is refused', () => {
  expect(() => resizePlane(floatPlane(input), 0, 5)).toThrow(/received 0 × 5/);
  expect(() => resizePlane(floatPlane(input), 4, 2.5)).toThrow(/received 4 × 2.5/);
});
