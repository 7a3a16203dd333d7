import { expect, test } from 'vitest';
import type { CellEdit } from '../../../src-main/contract/review-document.ts';
import { boxOf, cellMaskOf, growBox, maskArea, regionOf } from '../../../src-main/imaging/cells/cell-mask.ts';
import { editCells } from '../../../src-main/imaging/cells/edit-cells.ts';
import { outlineMask } from '../../../src-main/imaging/cells/outline-mask.ts';
import { outlineCells } from '../../../src-main/imaging/contours/outline-cells.ts';
import { gaussianFilter } from '../../../src-main/imaging/filters/gaussian-filter.ts';
import { CellsById } from './shown-cells.ts';

function emptyImage(height: number, width: number): CellsById {
  return new CellsById(height, width, new Map());
}

/** A line of many positions that goes to and fro over an image of this side. */
function scribble(side: number, positions: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * positions }, (_, i) =>
    i % 2 === 0 ? side * ((i / 2) % 2) : (side * i) / (2 * positions),
  );
}

test('smoothing of a cell of several tiles takes the highest pixels of the whole blurred mask', () => {
  const wave = Array.from({ length: 200 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 200;
    const radius = 330 + 25 * Math.sin(17 * angle) + 9 * Math.cos(61 * angle);
    return [350 + radius * Math.sin(angle), 340 + radius * Math.cos(angle)];
  });
  const none = emptyImage(720, 690);
  const cells = none.with(editCells(none, { kind: 'lasso', path: wave.flat(), push: false }));
  const before = cells.masks.get(1)!;
  const after = editCells(cells, { kind: 'smooth', ids: [1] }).changed.get(1)!;

  const sigmaPx = 6; // 0.05 of the diameter, and at most 6 px
  const region = regionOf(before, growBox(boxOf(before), 3 * sigmaPx, 720, 690));
  const blurred = gaussianFilter({ ...region, data: Float32Array.from(region.data) }, sigmaPx).data;
  const order = [...blurred.keys()].sort((a, b) => blurred[b]! - blurred[a]! || a - b);
  const expected = new Uint8Array(blurred.length);
  for (const pixel of order.slice(0, maskArea(before))) expected[pixel] = 1;
  expect(regionOf(after, boxOf(region)).data).toEqual(expected);
});

test('the outlines of a cell in a box of more than 2²² px are those of its pixels', () => {
  const [height, width] = [2100, 2050];
  const data = new Uint8Array(height * width);
  for (let y = 0; y < height; y += 1) {
    if (y % 300 > 280) continue;
    data.fill(1, y * width + (y % 7), (y + 1) * width - (y % 11));
    data.fill(0, y * width + 900, y * width + 900 + (y % 50));
  }
  const region = { top: 30, left: 40, height, width, data };
  const { points, ringStarts } = outlineCells(region);
  const rings = outlineMask(7, cellMaskOf(region)!);
  expect(rings).toHaveLength(ringStarts.length - 1);
  const moved = Float32Array.from(points, (value, i) => value + (i % 2 === 0 ? 30 : 40));
  expect(Buffer.concat(rings.map((ring) => Buffer.from((ring.points as Float32Array).buffer)))).toEqual(
    Buffer.from(moved.buffer),
  );
});

test('a cell in a box of more than 2²⁴ px is split along blocks of pixels', () => {
  const [side, wide] = [4200, 30];
  // Two bars that meet in a corner. The lower one has a neck 1000 px from the corner.
  const bars = [0, 0, side, 0, side, 1000, side - 26, 1000, side - 26, 1040, side, 1040, side, side];
  const path = [...bars, side - wide, side, side - wide, wide, 0, wide];
  const none = emptyImage(side, side);
  const cells = none.with(editCells(none, { kind: 'lasso', path, push: false }));
  const { changed, added } = editCells(cells, {
    kind: 'split',
    id: 1,
    points: [side - 15, 900, side - 15, 1140],
  });
  expect(added).toHaveLength(1);
  const parts = [changed.get(1)!, added[0]!];
  expect(parts.reduce((sum, part) => sum + maskArea(part), 0)).toBe(maskArea(cells.masks.get(1)!));
  // Both bars stay whole except at the border, which is in the neck.
  const [one, other] = parts.map(boxOf).sort((a, b) => a.left - b.left);
  expect(one!.right).toBeGreaterThan(990);
  expect(one!.right).toBeLessThan(1050);
  expect(other!.left).toBeGreaterThan(990);
});

test.each<[string, (path: Float32Array<ArrayBuffer>) => CellEdit]>([
  ['lasso', (path) => ({ kind: 'lasso', path, push: true })],
  ['brush', (path) => ({ kind: 'brush', id: 1, path, radiusPx: 1, mode: 'add', push: true })],
  ['cut', (path) => ({ kind: 'cut', ids: null, path })],
  ['merge', (path) => ({ kind: 'mergeAcross', path })],
  ['redraw', (path) => ({ kind: 'redraw', id: 1, path, push: true })],
])('a line that would take minutes or all memory is refused: %s', (_, edit) => {
  const none = emptyImage(16384, 16384);
  const cells = none.with(
    editCells(none, { kind: 'lasso', path: [5, 5, 5, 90, 90, 90, 90, 5], push: false }),
  );
  expect(() => editCells(cells, edit(scribble(16384, 100_000)))).toThrow('The line is too long.');
});

test('a line of many positions is compared with a bounded number of corners', () => {
  const comb = Array.from({ length: 5000 }, (_, k) => [0, 4 * k, 0, 4 * k + 2, 90, 4 * k + 2, 90, 4 * k + 4]);
  const none = emptyImage(100, 20_000);
  const path = [...comb.flat(), 99, 20_000, 99, 0];
  const cells = none.with(editCells(none, { kind: 'lasso', path, push: false }));
  const short = Float32Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 95 : 20 + i / 1e5));
  expect(() => editCells(cells, { kind: 'redraw', id: 1, path: short, push: false })).toThrow('too long');
});
