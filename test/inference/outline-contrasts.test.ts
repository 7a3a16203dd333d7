import { expect, test } from 'vitest';
import { outlineContrasts } from '../../src-main/inference/outline-contrasts.ts';
import type { PreparedImage } from '../../src-main/model/prepare-image.ts';

const same = { y: 1, x: 1 };

/** Labels of a field [rows, columns] with one cell in a box, its lower right corner excluded. */
function boxed(
  height: number,
  width: number,
  [top, left, bottom, right]: readonly [number, number, number, number],
) {
  const data = Int32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= top && y < bottom && x >= left && x < right ? 1 : 0;
  });
  return { height, width, data };
}

function image(height: number, width: number, valueAt: (y: number, x: number) => number[]): PreparedImage {
  const data = Float32Array.from(
    Array.from({ length: height * width }, (_, i) => valueAt(Math.floor(i / width), i % width)).flat(),
  );
  return { height, width, channels: data.length / (height * width), data };
}

test('of a ramp it is the slope, whatever its direction, in quadrature over channels', () => {
  const labels = boxed(12, 12, [3, 3, 8, 8]);
  const [contrast] = outlineContrasts(
    labels,
    1,
    image(12, 12, (y, x) => [3 * y + 4 * x]),
    same,
  );
  expect(contrast).toBeCloseTo(5, 5);
  const two = image(12, 12, (y, x) => [3 * y, 12 * x + 4 * y]);
  expect(outlineContrasts(labels, 1, two, same)[0]).toBeCloseTo(13, 5);
});

test('a step at the outline: what Sobel gives on both sides of it', () => {
  // A bright band that crosses the field, columns 4 … 7: its outline are columns 4 and 7, each beside the
  // step of 2.
  const labels = boxed(6, 12, [0, 4, 6, 8]);
  const band = image(6, 12, (_, x) => [x >= 4 && x < 8 ? 2 : 0]);
  // (1 + 2 + 1) · 2 / 8 at every outline pixel. The field's edge cuts the band and is not part of its
  // outline.
  expect(outlineContrasts(labels, 1, band, same)).toEqual([1]);
});

test('at the network’s resolution, pixel centres upon pixel centres', () => {
  const labels = boxed(24, 48, [0, 16, 24, 32]); // network px: columns 4 … 7 at a quarter, rows too
  const band = image(12, 12, (_, x) => [x >= 4 && x < 8 ? 2 : 0]);
  expect(outlineContrasts(labels, 1, band, { y: 0.5, x: 0.25 })).toEqual([1]);
});

test('cells that touch have outlines there; one of which no outline is seen has no contrast', () => {
  const data = Int32Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 1 : 2));
  const step = image(8, 8, (_, x) => [x < 4 ? 0 : 1]);
  expect(outlineContrasts({ height: 8, width: 8, data }, 2, step, same)).toEqual([0.5, 0.5]);
  const all = { height: 8, width: 8, data: new Int32Array(64).fill(1) };
  expect(outlineContrasts(all, 1, step, same)).toEqual([undefined]);
});
