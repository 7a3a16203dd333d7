import { expect, test } from 'vitest';
import { contourCells, makeWhole } from '../../src-main/inference/finish-cells.ts';
import { trimPatch } from '../../src-main/inference/found-cell.ts';
import type { FoundCell } from '../../src-main/inference/found-cell.ts';
import { emptyCanvas, paintCell } from '../../src-main/inference/paint-cells.ts';
import type { Canvas } from '../../src-main/inference/paint-cells.ts';

const unscaled = { y: 1, x: 1 };
const settings = { threshold: 0, minVisible: 0.5 };

/** A cell whose logit falls by 1 a px from `radius` at its middle: above 0 inside the disk. */
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

/** Area of the rings of one label by the shoelace formula, holes subtracted. */
function areaOf(contours: ReturnType<typeof contourCells>, label: number): number {
  let doubled = 0;
  contours.ringLabels.forEach((of, r) => {
    if (of !== label) return;
    const [start, end] = [contours.ringStarts[r], contours.ringStarts[r + 1]];
    for (let k = start; k < end; k++) {
      const next = k + 1 < end ? k + 1 : start;
      doubled +=
        contours.points[2 * k + 1] * contours.points[2 * next] -
        contours.points[2 * next + 1] * contours.points[2 * k];
    }
  });
  return Math.abs(doubled) / 2;
}

/** Whether a point lies inside the rings of a label (even-odd). */
function isInside(contours: ReturnType<typeof contourCells>, label: number, y: number, x: number): boolean {
  let inside = false;
  contours.ringLabels.forEach((of, r) => {
    if (of !== label) return;
    const [start, end] = [contours.ringStarts[r], contours.ringStarts[r + 1]];
    for (let k = start, before = end - 1; k < end; before = k++) {
      const [y0, x0] = [contours.points[2 * before], contours.points[2 * before + 1]];
      const [y1, x1] = [contours.points[2 * k], contours.points[2 * k + 1]];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
    }
  });
  return inside;
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
  const contours = contourCells(canvas, 1);
  expect(Math.abs(areaOf(contours, 1) / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.01);
});

test('a contested pixel goes to the higher logit, whoever was painted first', () => {
  const canvas = emptyCanvas(16, 32);
  paintCell(canvas, cone(8, 12, 6), 1, unscaled, settings);
  paintCell(canvas, cone(8, 20, 6), 2, unscaled, settings);
  expect(rows(canvas)[8].slice(4, 28)).toBe('..11111111' + '1122' + '22222222..'); // the border lies at x = 16
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

test('a cell around another keeps the other', () => {
  const canvas = emptyCanvas(5, 5);
  canvas.labels.data.fill(1);
  canvas.labels.data[12] = 2;
  expect([...makeWhole(canvas, 2, 1)]).toEqual([0, 24, 1]);
  const contours = contourCells(canvas, 2);
  expect([...contours.ringLabels]).toEqual([1, 1, 2]);
});

test('a pixel’s centre lies inside a contour exactly when it has the label', () => {
  const canvas = emptyCanvas(40, 48);
  const cells = [
    cone(12.2, 12.7, 9),
    cone(14.6, 27.1, 8),
    cone(27.9, 18.3, 10),
    cone(36, 44, 9),
    cone(2, 44, 5),
  ];
  cells.forEach((cell, k) => paintCell(canvas, cell, k + 1, unscaled, settings));
  makeWhole(canvas, cells.length, 1);
  const contours = contourCells(canvas, cells.length);
  expect(contours.ringLabels).toHaveLength(5);
  for (let label = 1; label <= cells.length; label++) {
    canvas.labels.data.forEach((of, i) => {
      const [y, x] = [Math.floor(i / 48) + 0.5, (i % 48) + 0.5];
      expect(isInside(contours, label, y, x)).toBe(of === label);
    });
  }
});

test('a free contour runs where the logit is 0, to a twentieth of a px', () => {
  const canvas = emptyCanvas(40, 40);
  paintCell(canvas, cone(19.3, 20.8, 12), 1, unscaled, settings);
  const { points } = contourCells(canvas, 1);
  for (let k = 0; k < points.length; k += 2) {
    expect(Math.abs(Math.hypot(points[k] - 19.3, points[k + 1] - 20.8) - 12)).toBeLessThan(0.05);
  }
});

test('two cells that touch share the line between them', () => {
  const canvas = emptyCanvas(16, 32);
  paintCell(canvas, cone(8, 12, 6), 1, unscaled, settings);
  paintCell(canvas, cone(8, 20, 6), 2, unscaled, settings);
  const contours = contourCells(canvas, 2);
  const pointsOf = (label: number): Set<string> => {
    const r = contours.ringLabels.indexOf(label);
    const found = new Set<string>();
    for (let k = contours.ringStarts[r]; k < contours.ringStarts[r + 1]; k++) {
      found.add(`${contours.points[2 * k].toFixed(4)} ${contours.points[2 * k + 1].toFixed(4)}`);
    }
    return found;
  };
  const second = pointsOf(2);
  const shared = [...pointsOf(1)].filter((point) => second.has(point));
  expect(shared).toContain('8.5000 16.0000');
  expect(shared.length).toBeGreaterThanOrEqual(6);
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
