import { expect, test } from 'vitest';
import { cellAreas } from '../../../src-main/imaging/label/cell-areas.ts';

test('the first cell is label 1, and the background is no cell', () => {
  const labels = { height: 2, width: 3, data: Int32Array.of(0, 0, 1, 2, 2, 1) };
  expect([...cellAreas(labels)]).toEqual([2, 2]);
});

test('areas are in the order of the labels, whatever they are and wherever the cells are', () => {
  const labels = { height: 1, width: 6, data: Int32Array.of(2 ** 31 - 1, 0, 4, 4, 4, 9) };
  expect([...cellAreas(labels)]).toEqual([3, 1, 1]);
});
