import { expect, test } from 'vitest';
import { gaussianFilter } from '../../../src-main/imaging/filters/gaussian-filter.ts';
import { gaussianFilterInBands } from '../../../src-main/imaging/filters/gaussian-filter-in-bands.ts';
import { gradientMagnitude } from '../../../src-main/imaging/filters/gradient-magnitude.ts';
import { expectClose, floatPlane, golden } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

interface Cases {
  input: GoldenPlane;
  cases: { sigma: number; output: GoldenPlane }[];
}

const smooth = golden<Cases>('gaussian-filter');
const gradient = golden<Cases>('gradient-magnitude');

test.each(smooth.cases)('gaussianFilter σ $sigma gives what scipy gives', ({ sigma, output }) => {
  expectClose(gaussianFilter(floatPlane(smooth.input), sigma), output, 1e-6);
});

test.each(gradient.cases)('gradientMagnitude σ $sigma gives what scipy gives', ({ sigma, output }) => {
  expectClose(gradientMagnitude(floatPlane(gradient.input), sigma), output, 1e-6);
});

test('gaussianFilter with σ 0 copies, and blurs one axis alone when asked', () => {
  const plane = floatPlane(smooth.input);
  const copy = gaussianFilter(plane, 0);
  expect(copy.data).toEqual(plane.data);
  expect(copy.data).not.toBe(plane.data);

  const step = { height: 1, width: 4, data: Float32Array.of(0, 0, 1, 1) };
  expect(gaussianFilter(step, { y: 3, x: 0 }).data).toEqual(step.data);
});

test('gaussianFilterInBands gives the very numbers of gaussianFilter, with pauses between bands', async () => {
  const side = 2100;
  const data = Float32Array.from({ length: side * side }, (_, i) => ((i * 7919) % 1013) - (i % side));
  const plane = { height: side, width: side, data };
  const shares: number[] = [];
  const banded = await gaussianFilterInBands(plane, 3, async (share) => void shares.push(share));
  expect(shares.length).toBeGreaterThan(2);
  expect(Buffer.from(banded.data.buffer).equals(Buffer.from(gaussianFilter(plane, 3).data.buffer))).toBe(
    true,
  );
});

test('gradientMagnitude of a ramp is its slope', () => {
  const size = 21;
  const ramp = { height: size, width: size, data: new Float32Array(size * size) };
  for (let i = 0; i < size * size; i++) ramp.data[i] = 3 * (i % size) + 4 * Math.floor(i / size);
  expect(gradientMagnitude(ramp, 1).data[10 * size + 10]).toBeCloseTo(5, 3);
});

test('a σ that is no number is refused with what was received', () => {
  const plane = floatPlane(smooth.input);
  expect(() => gaussianFilter(plane, -1)).toThrow(/received -1/);
  expect(() => gaussianFilter(plane, NaN)).toThrow(/received NaN/);
  expect(() => gradientMagnitude(plane, 0)).toThrow(/received 0/);
});
