import { expect, test } from 'vitest';
import { clipAndStandardise } from '../../../src-main/imaging/intensity/clip-and-standardise.ts';
import { otsuThreshold } from '../../../src-main/imaging/intensity/otsu.ts';
import { percentiles } from '../../../src-main/imaging/intensity/percentiles.ts';
import { expectClose, floatPlane, golden } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

const constant = { height: 2, width: 3, data: new Float32Array(6).fill(7) };

test('percentiles are those of numpy, in the order asked for', () => {
  const { input, percents, output } = golden<{ input: GoldenPlane; percents: number[]; output: number[] }>(
    'percentiles',
  );
  percentiles(floatPlane(input), percents).forEach((value, i) => expect(value).toBeCloseTo(output[i]!, 3));
});

test('percentiles leave the plane as it was and cope with many equal values', () => {
  const data = Float32Array.from({ length: 1001 }, (_, i) => (i * 7919) % 3);
  const before = data.slice();
  expect(percentiles({ data }, [50, 100, 0])).toEqual([1, 2, 0]);
  expect(data).toEqual(before);
  expect(percentiles(constant, [0, 50, 99.9])).toEqual([7, 7, 7]);
});

test('percentiles are the same whether values can be counted or must be put in order', () => {
  let state = 7;
  const counted = Float32Array.from({ length: 999 }, () => (state = (state * 48271) % 2147483647) % 65536);
  counted.set([0, -0, 65535, 65535]);
  const ordered = counted.map((value) => value / 2 - 100);
  const percents = [0, 0.1, 1, 33.3, 50, 99.9, 100];
  const expected = [...counted].sort((a, b) => a - b);
  percentiles({ data: counted }, percents).forEach((value, i) => {
    const place = (percents[i]! / 100) * 998;
    const [low, high] = [expected[Math.floor(place)]!, expected[Math.ceil(place)]!];
    expect(value).toBeCloseTo(low + (high - low) * (place % 1), 6);
    expect(percentiles({ data: ordered }, percents)[i]).toBeCloseTo(value / 2 - 100, 6);
  });
});

test('percentiles outside [0, 100] and empty planes are refused', () => {
  expect(() => percentiles(constant, [101])).toThrow(/received 101/);
  expect(() => percentiles({ data: new Float32Array(0) }, [50])).toThrow(/empty/);
});

test('otsuThreshold is that of skimage', () => {
  const { cases } = golden<{ cases: { input: GoldenPlane; output: number }[] }>('otsu');
  for (const { input, output } of cases) expect(otsuThreshold(floatPlane(input))).toBeCloseTo(output, 4);
});

test('otsuThreshold of a constant plane is its value', () => {
  expect(otsuThreshold(constant)).toBe(7);
});

test('clipAndStandardise gives what numpy gives', () => {
  const { input, output } = golden<{ input: GoldenPlane; output: GoldenPlane }>('clip-and-standardise');
  expectClose(clipAndStandardise(floatPlane(input)), output, 1e-6);
});

test('clipAndStandardise makes zeros of a constant plane', () => {
  expect(clipAndStandardise(constant).data).toEqual(new Float32Array(6));
});
