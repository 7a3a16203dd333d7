import { expect, test } from 'vitest';
import { cellAreas } from '../../../src-main/imaging/label/cell-areas.ts';

test('the first cell is label 1, and the background is no cell', () => {
  const labels = { height: 2, width: 3, data: Int32Array.of(0, 0, 1, 2, 2, 1) };
  expect([...cellAreas(labels, 2)]).toEqual([2, 2]);
});

test('cells without a pixel have no area, at the end too', () => {
  const labels = { height: 1, width: 4, data: Int32Array.of(0, 2, 2, 2) };
  expect([...cellAreas(labels, 3)]).toEqual([0, 3, 0]);
});
