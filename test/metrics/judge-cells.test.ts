import { expect, test } from 'vitest';
import type { LabelImage, Mask } from '../../src-main/contract/pixels.ts';
import { judgeCells } from '../../src-main/metrics/judge-cells.ts';

/** A row of pixels per string; digits are labels, other characters background. */
function labelsOf(...rows: string[]): LabelImage {
  const data = Int32Array.from(rows.join(''), (digit) => Number(digit) || 0);
  return { height: rows.length, width: rows[0]!.length, data };
}

function maskOf(...rows: string[]): Mask {
  const { height, width, data } = labelsOf(...rows);
  return { height, width, data: Uint8Array.from(data) };
}

const labels = labelsOf('11112222..', '11112222..', '......33..');
const found = {
  labels,
  scores: Float32Array.of(0.9, 0.8, 0.1),
  locations: Float32Array.of(1, 2, 1, 6, 2.5, 7),
};

test('without outlines a right cell has one point and 70 % foreground', () => {
  // Cell 1: one point, 6 of 8 pixels. Cell 2: two points. Cell 3: no foreground.
  const foreground = maskOf('1111111111', '11..111111', '..........');
  const locations = Float32Array.of(0.5, 1.5, 0.5, 4.5, 1.5, 7.5, 2.5, 6.5);
  const judged = judgeCells(found, { kind: 'weak', foreground, locations });
  expect(judged.cells.map(({ right }) => right)).toEqual([true, false, false]);
  expect(judged.truth).toBe(4);
  // 5 of 8 pixels are less than 70 %.
  const less = maskOf('1111111111', '1...111111', '..........');
  expect(judgeCells(found, { kind: 'weak', foreground: less, locations }).cells[0]!.right).toBe(false);
});

test('with points alone a right cell has one point, whatever its pixels are', () => {
  const locations = Float32Array.of(0.5, 1.5, 0.5, 4.5, 1.5, 7.5, 2.5, 6.5);
  const judged = judgeCells(found, { kind: 'points', locations });
  expect(judged.cells.map(({ right }) => right)).toEqual([true, false, true]);
  expect(judged.truth).toBe(4);
});

test('with outlines a right cell overlaps a true one by more than half', () => {
  const truth = labelsOf('1111.22222', '111..22222', '......3...');
  const judged = judgeCells(found, { kind: 'full', labels: truth });
  expect(judged.truth).toBe(3);
  // IoU 7/8, 6/12 and 1/2: a half is not enough.
  expect(judged.cells.map(({ right }) => right)).toEqual([true, false, false]);
  expect(judged.cells.map(({ score }) => score)).toEqual([...found.scores]);
});

test('only cells of the region count, true ones too', () => {
  const region = { top: 0, left: 5, height: 3, width: 5 };
  const truth = { kind: 'full', labels } as const;
  expect(judgeCells(found, truth, region)).toMatchObject({
    cells: [{ right: true }, { right: true }],
    truth: 2,
  });
});
