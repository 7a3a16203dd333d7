import { expect, test } from 'vitest';
import { brightLabels } from '../../../src-renderer/viewer/bright-labels.ts';
import { shownBrightness } from '../../../src-renderer/viewer/shown-brightness.ts';

/** Squares of 8 px whose top left corners are at these places, with labels 1, 2 … */
function squares(...corners: [y: number, x: number][]) {
  const points = corners.flatMap(([y, x]) => [y, x, y, x + 8, y + 8, x + 8, y + 8, x]);
  return {
    points: Float32Array.from(points),
    ringStarts: Uint32Array.from({ length: corners.length + 1 }, (_, i) => 4 * i),
    ringLabels: Uint32Array.from(corners, (_, i) => i + 1),
  };
}

/** An image of 64 × 64 px in blocks of 4 px: the left half is dark, the right half bright. */
const halves = Uint16Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 10 : 200));
const size = { height: 16, width: 16, blockPx: 4 };
const grey = { channel: 0, colour: [1, 1, 1], low: 0, high: 250, gamma: 1 } as const;

test('each label has the brightness around its own line', () => {
  const brightness = shownBrightness([{ look: grey, samples: halves }], size);
  const set = squares([4, 4], [4, 44], [50, 50], [50, 4]);
  expect([...brightLabels(set, brightness)]).toEqual([0, 0, 1, 1, 0]);
  expect([...brightLabels(set, true)]).toEqual([1, 1, 1, 1, 1]);
  expect([...brightLabels(set, false)]).toEqual([0, 0, 0, 0, 0]);
});

test('on a border, the brighter part of the line counts as much as it is long', () => {
  const brightness = shownBrightness([{ look: grey, samples: halves }], size);
  // The mean of (10 + 200) / 2 is 42 % of the range.
  expect(brightLabels(squares([8, 28]), brightness)[1]).toBe(0);
  // With more contrast it is 53 %.
  const strong = shownBrightness([{ look: { ...grey, high: 198 }, samples: halves }], size);
  expect(brightLabels(squares([8, 28]), strong)[1]).toBe(1);
});

test('lines outside the image have the nearest brightness, and a label without a line is not bright', () => {
  const brightness = shownBrightness([{ look: grey, samples: halves }], size);
  const set = squares([-20, 90], [-20, -20]);
  expect([...brightLabels({ ...set, ringLabels: Uint32Array.of(1, 3) }, brightness)]).toEqual([0, 1, 0, 0]);
});
