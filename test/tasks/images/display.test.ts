import { expect, test } from 'vitest';
import { displayPlane } from '../../../src-main/tasks/images/display-plane.ts';
import { halvePlane } from '../../../src-main/tasks/images/halve-plane.ts';
import { countSamples, sampleStatistics } from '../../../src-main/tasks/images/sample-statistics.ts';

test('unsigned 8 and 16 bits are shown as they are', () => {
  const short = Uint16Array.of(0, 65535);
  expect(displayPlane(short, 'uint16')).toEqual({ samples: short, offset: 0, scale: 1 });
  expect(displayPlane(Uint8Array.of(3, 255), 'uint8')).toEqual({
    samples: Uint16Array.of(3, 255),
    offset: 0,
    scale: 1,
  });
});

test('other integers keep their numbers where their range allows', () => {
  expect(displayPlane(Int16Array.of(-5, 7), 'int16')).toEqual({
    samples: Uint16Array.of(0, 12),
    offset: -5,
    scale: 1,
  });
  const wide = displayPlane(Int32Array.of(0, 131070), 'int32');
  expect(wide).toEqual({ samples: Uint16Array.of(0, 65535), offset: 0, scale: 2 });
});

test('real numbers span the 16 bits; what is not finite shows at an end', () => {
  const { samples, offset, scale } = displayPlane(
    Float32Array.of(-1, 1, 0, NaN, Infinity, -Infinity),
    'float32',
  );
  expect([...samples]).toEqual([0, 65535, 32768, 0, 65535, 0]);
  expect(offset + scale * 65535).toBeCloseTo(1, 12);
});

test('a flat plane has one number', () => {
  expect(displayPlane(Float32Array.of(4, 4), 'float32')).toEqual({
    samples: Uint16Array.of(0, 0),
    offset: 4,
    scale: 1,
  });
  expect(displayPlane(Float32Array.of(NaN), 'float32')).toEqual({
    samples: Uint16Array.of(0),
    offset: 0,
    scale: 1,
  });
});

test('a level is the mean of the four below, rounded; the edge has fewer', async () => {
  const samples = Uint16Array.of(1, 2, 10, 3, 4, 20, 65535, 65535, 65535);
  // (1 + 2 + 3 + 4) / 4 = 2.5 → 3; (10 + 20) / 2 = 15; the last row has no partner.
  expect(await halvePlane({ height: 3, width: 3, samples })).toEqual({
    height: 2,
    width: 2,
    samples: Uint16Array.of(3, 15, 65535, 65535),
  });
});

test('range, automatic contrast and histogram come from one count', () => {
  const samples = Uint16Array.from({ length: 2000 }, (_, i) => (i < 1000 ? 100 : 355));
  samples[0] = 0;
  samples[1999] = 65535;
  const { min, max, autoLow, autoHigh, histogram } = sampleStatistics(countSamples(samples), {
    offset: -1,
    scale: 2,
  });
  // One sample of 2000 is below the percentile 0.1 (2 samples) and one above 99.9.
  expect({ min, max, autoLow, autoHigh }).toEqual({ min: -1, max: 131069, autoLow: 199, autoHigh: 709 });
  expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(2000);
  expect([histogram[0], histogram[1], histogram[255]]).toEqual([1000, 999, 1]);
});
