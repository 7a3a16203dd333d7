import { expect, test } from 'vitest';
import { makeWhole } from '../../src-main/inference/finish-cells.ts';
import { trimPatch } from '../../src-main/inference/found-cell.ts';
import type { FoundCell } from '../../src-main/inference/found-cell.ts';
import { emptyCanvas, paintCell } from '../../src-main/inference/paint-cells.ts';
import type { Canvas } from '../../src-main/inference/paint-cells.ts';

const unscaled = { y: 1, x: 1 };
const settings = { threshold: 0, minVisible: 0.5, ranking: 'outline' } as const;

/** A cell whose logit falls by 1 per px from `radius` at its middle: above 0 inside the disk. */
function cone(y: number, x: number, radius: number, stride = 1): FoundCell {
  const [top, left] = [Math.floor((y - radius) / stride) - 2, Math.floor((x - radius) / stride) - 2];
  const size = Math.ceil((2 * radius) / stride) + 5;
  const logits = Float32Array.from({ length: size * size }, (_, i) => {
    const dy = (top + Math.floor(i / size) + 0.5) * stride - y;
    const dx = (left + (i % size) + 0.5) * stride - x;
    return radius - Math.hypot(dy, dx);
  });
  return { y, x, score: 1, logits, height: size, width: size, top, left, stride };
}

function rows({ labels }: Canvas): string[] {
  return Array.from({ length: labels.height }, (_, y) =>
    [...labels.data.subarray(y * labels.width, (y + 1) * labels.width)]
      .map((l) => (l === 0 ? '.' : l))
      .join(''),
  );
}

test('exactly the pixels whose centres lie in the disk are painted', () => {
  const canvas = emptyCanvas(20, 24);
  expect(paintCell(canvas, cone(8.3, 11.8, 5), 1, unscaled, settings)).toBe(true);
  canvas.labels.data.forEach((label, i) => {
    const distance = Math.hypot(Math.floor(i / 24) + 0.5 - 8.3, (i % 24) + 0.5 - 11.8);
    expect(label).toBe(distance < 5 ? 1 : 0);
  });
});

test.each([
  { scale: 0.5, stride: 2 },
  { scale: 0.5, stride: 1 },
  { scale: 2, stride: 2 },
  { scale: 0.8, stride: 1 },
])('at scale $scale and stride $stride the disk keeps its place and size', ({ scale, stride }) => {
  const canvas = emptyCanvas(100, 100);
  const [y, x, radius] = [47.25, 52.75, 20];
  paintCell(canvas, cone(y * scale, x * scale, radius * scale, stride), 1, { y: scale, x: scale }, settings);
  let [area, sumY, sumX] = [0, 0, 0];
  canvas.labels.data.forEach((label, i) => {
    if (label === 0) return;
    area++;
    sumY += Math.floor(i / 100) + 0.5;
    sumX += (i % 100) + 0.5;
  });
  expect(sumY / area).toBeCloseTo(y, 1);
  expect(sumX / area).toBeCloseTo(x, 1);
  expect(area / (Math.PI * radius ** 2)).toBeCloseTo(1, 1);
});

test('a contested pixel goes to the higher logit, whoever was painted first', () => {
  const canvas = emptyCanvas(16, 32);
  paintCell(canvas, cone(8, 12, 6), 1, unscaled, settings);
  paintCell(canvas, cone(8, 20, 6), 2, unscaled, settings);
  expect(rows(canvas)[8]!.slice(4, 28)).toBe('..11111111' + '1122' + '22222222..'); // the border lies at x = 16
});

test('as published, a contested pixel stays with the cell of the higher score', () => {
  const canvas = emptyCanvas(16, 32);
  const published = { threshold: 0, minVisible: 0, ranking: 'proposal' } as const;
  paintCell(canvas, cone(8, 12, 6), 1, unscaled, published);
  paintCell(canvas, cone(8, 20, 6), 2, unscaled, published);
  expect(rows(canvas)[8]!.slice(4, 28)).toBe('..' + '111111111111' + '22222222..');
});

test('a cell mostly covered by surer ones is not painted', () => {
  const canvas = emptyCanvas(20, 30);
  paintCell(canvas, cone(10, 10, 6), 1, unscaled, settings);
  const before = rows(canvas);
  expect(paintCell(canvas, cone(10, 12, 6), 2, unscaled, settings)).toBe(false);
  expect(rows(canvas)).toEqual(before);
  expect(paintCell(canvas, cone(10, 12, 6), 2, unscaled, { ...settings, minVisible: 0.1 })).toBe(true);
});

test('a cell may overhang the image, or lie outside', () => {
  const canvas = emptyCanvas(10, 10);
  expect(paintCell(canvas, cone(0, 0, 4), 1, unscaled, settings)).toBe(true);
  expect(paintCell(canvas, cone(-20, 5, 4), 2, unscaled, settings)).toBe(false);
  expect(rows(canvas)[0]).toBe('1111......');
});

test('one piece a cell, holes filled, lost pieces joined to the cell they touch, small cells erased', () => {
  const canvas = emptyCanvas(6, 12);
  const drawn = [
    '1111...1..22', // a piece of 1 that touches nothing
    '1..1......22',
    '1..1.....3..', // too small
    '1111......2.', // a piece of 2 on top of 4
    '..........44',
    '.......3..44',
  ];
  drawn.forEach((row, y) =>
    [...row].forEach((sign, x) => (canvas.labels.data[y * 12 + x] = sign === '.' ? 0 : Number(sign))),
  );
  expect([...makeWhole(canvas, 5, 2)]).toEqual([0, 16, 4, 0, 5, 0]);
  expect(rows(canvas)).toEqual([
    '1111......22',
    '1111......22',
    '1111........',
    '1111......4.',
    '..........44',
    '..........44',
  ]);
});

test('a piece that joins a later cell beyond its other pixels counts as part of that cell', () => {
  const canvas = emptyCanvas(4, 9);
  const drawn = [
    '111......',
    '111......',
    '.........',
    '222.21111', // the right piece of 1 touches the small piece of 2
  ];
  drawn.forEach((row, y) =>
    [...row].forEach((sign, x) => (canvas.labels.data[y * 9 + x] = sign === '.' ? 0 : Number(sign))),
  );
  expect([...makeWhole(canvas, 2, 1)]).toEqual([0, 6, 5]);
  expect(rows(canvas)[3]).toBe('....22222');
});

test('a cell around another keeps the other', () => {
  const canvas = emptyCanvas(5, 5);
  canvas.labels.data.fill(1);
  canvas.labels.data[12] = 2;
  expect([...makeWhole(canvas, 2, 1)]).toEqual([0, 24, 1]);
});

test('a patch is trimmed to what is above the threshold, with a rim of two', () => {
  const patch = new Float32Array(100).fill(-1);
  patch[4 * 10 + 5] = 1;
  patch[6 * 10 + 9] = 2;
  const trimmed = trimPatch(patch, 10, 0)!;
  expect(trimmed).toMatchObject({ top: 2, left: 3, height: 7, width: 7 });
  expect(trimmed.logits[2 * 7 + 2]).toBe(1);
  expect(trimmed.logits[4 * 7 + 6]).toBe(2);
  expect(trimPatch(patch, 10, 5)).toBeUndefined();
});
