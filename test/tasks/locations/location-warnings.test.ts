import { expect, test } from 'vitest';
import { locationWarnings } from '../../../src-main/tasks/locations/location-warnings.ts';

const side = 60;

/** A foreground of squares, each by its upper left corner and its width. */
function squares(...list: readonly (readonly [y: number, x: number, width: number])[]) {
  const data = new Uint8Array(side * side);
  for (const [top, left, width] of list) {
    for (let y = top; y < top + width; y++) data.fill(1, y * side + left, y * side + left + width);
  }
  return { height: side, width: side, data };
}

test('a piece as large as a cell is told apart from specks, each kind is one warning with its count', () => {
  const foreground = squares([0, 0, 20], [0, 30, 20], [30, 0, 20], [30, 30, 2], [40, 40, 3], [50, 50, 1]);
  expect(locationWarnings(Float32Array.of(10, 10, 10, 40), foreground)).toEqual([
    {
      kind: 'foreground-without-point',
      message: '1 region without a point',
      places: [{ y: 40, x: 10 }],
    },
    {
      kind: 'speck-without-point',
      message: '3 small specks without a point',
      places: [
        { y: 31, x: 31 },
        { y: 41.5, x: 41.5 },
        { y: 50.5, x: 50.5 },
      ],
    },
  ]);
});

test('points beside the foreground are listed where they are', () => {
  const [warning] = locationWarnings(Float32Array.of(10, 10, 25, 5, 59, 60), squares([0, 0, 20]));
  expect(warning).toEqual({
    kind: 'point-outside-foreground',
    message: '2 points outside the foreground',
    places: [
      { y: 25, x: 5 },
      { y: 59, x: 60 },
    ],
  });
});

test('where all fits nothing is said', () => {
  expect(locationWarnings(Float32Array.of(10, 10), squares([0, 0, 20]))).toEqual([]);
});

test('of very many places the first are listed, and all are counted', () => {
  const specks = Array.from(
    { length: 300 },
    (_, i) => [22 + 2 * Math.floor(i / 30), 2 * (i % 30), 1] as const,
  );
  const [warning] = locationWarnings(Float32Array.of(10, 10), squares([0, 0, 20], ...specks));
  expect(warning!.message).toBe('300 small specks without a point');
  expect(warning!.places).toHaveLength(200);
});
