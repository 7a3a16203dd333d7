import { expect, test } from 'vitest';
import { shownBrightness } from '../../../src-renderer/viewer/shown-brightness.ts';

const size = { height: 1, width: 3, blockPx: 8 };
const look = { channel: 0, colour: [1, 1, 1], low: 100, high: 300, gamma: 1 } as const;
const samples = Uint16Array.of(50, 150, 400);
const rounded = (values: Float32Array) => [...values].map((value) => Math.round(1e4 * value) / 1e4);

test('contrast and gamma count, as they are shown', () => {
  expect(rounded(shownBrightness([{ look, samples }], size).values)).toEqual([0, 0.25, 1]);
  const darker = { ...look, gamma: 2 };
  expect(rounded(shownBrightness([{ look: darker, samples }], size).values)).toEqual([0, 0.0625, 1]);
});

test('colours weigh by their luminance, add up, and cover grey as in the viewer', () => {
  const green = { look: { ...look, colour: [0, 1, 0] as const }, samples };
  expect(rounded(shownBrightness([green], size).values)).toEqual([0, 0.1788, 0.7152]);
  const blue = { look: { ...look, colour: [0, 0, 1] as const }, samples };
  expect(rounded(shownBrightness([green, blue], size).values)).toEqual([0, 0.1969, 0.7874]);
  const ground = { look, samples: Uint16Array.of(300, 300, 300) };
  // Where green is 0.25, three quarters of white are left below it.
  expect(rounded(shownBrightness([ground, green], size).values)).toEqual([1, 0.9288, 0.7152]);
});

test('a range without a width is black and white', () => {
  const flat = { ...look, high: 100 };
  expect(rounded(shownBrightness([{ look: flat, samples }], size).values)).toEqual([0, 1, 1]);
});
