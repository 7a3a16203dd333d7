import { expect, test } from 'vitest';
import { shownMedian } from '../../../src-renderer/viewer/shown-median.ts';

const white = { colour: [1, 1, 1], low: 0, high: 100, gamma: 1 } as const;

test('the brightness of the median pixel, in the colour and contrast of the channel', () => {
  // 5 pixels in bins of 10 from 0 to 100: the median is in the bin 70 … 80.
  const histogram = Uint32Array.of(1, 0, 1, 0, 0, 0, 0, 2, 1, 0);
  const channel = { histogram, min: 0, max: 100, offset: 0, scale: 1 };
  expect(shownMedian(channel, white)).toBeCloseTo(0.75, 10);
  expect(shownMedian(channel, { ...white, colour: [1, 0, 1] })).toBeCloseTo(0.75 * (0.2126 + 0.0722), 10);
  expect(shownMedian(channel, { ...white, gamma: 2 })).toBeCloseTo(0.5625, 10);
  expect(shownMedian(channel, { ...white, high: 75 })).toBe(1);
  expect(shownMedian(channel, { ...white, low: 80, high: 90 })).toBe(0);
  // Samples of the tiles are offset and scaled.
  expect(shownMedian({ ...channel, min: -50, max: 50, offset: -50 }, white)).toBeCloseTo(0.75, 10);
});
