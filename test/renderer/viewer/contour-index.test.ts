import { expect, test } from 'vitest';
import { ContourIndex } from '../../../src-renderer/viewer/contour-index.ts';

const square = (top: number, left: number, side: number) => [
  top, left, top, left + side, top + side, left + side, top + side, left,
]; // prettier-ignore

/**
 * Label 1: a square of 10 with a hole of 4 in its middle. Label 2: a square of 2 inside that hole. Label 5:
 * far away.
 */
const index = ContourIndex.of({
  points: new Float32Array([
    ...square(0, 0, 10),
    ...square(3, 3, 4),
    ...square(4, 4, 2),
    ...square(50, 50, 5),
  ]),
  ringStarts: new Uint32Array([0, 4, 8, 12, 16]),
  ringLabels: new Uint32Array([1, 1, 2, 5]),
});

test('a position is in the cell around it, not in its hole', () => {
  expect(index.labelAt(1, 1)).toBe(1);
  expect(index.labelAt(3.5, 3.5)).toBeNull();
  expect(index.labelAt(5, 5)).toBe(2);
  expect(index.labelAt(52, 52)).toBe(5);
  expect(index.labelAt(30, 30)).toBeNull();
});

test('a cell’s box holds all its rings', () => {
  expect(index.box(1)).toEqual({ top: 0, left: 0, bottom: 10, right: 10 });
  expect(index.box(3)).toBeNull();
});
