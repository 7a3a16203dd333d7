import { expect, test } from 'vitest';
import { rowsInView } from '../../../src-renderer/ui/rows-in-view.ts';

test('of 226 images in five columns the page holds the visible rows and three around them', () => {
  const rows = Math.ceil(226 / 5);
  expect(rowsInView(rows, 192, { top: 0, height: 600 })).toEqual({ first: 0, end: 7 });
  expect(rowsInView(rows, 192, { top: 10 * 192, height: 600 })).toEqual({ first: 7, end: 17 });
  expect(rowsInView(rows, 192, { top: rows * 192 - 600, height: 600 })).toEqual({ first: 39, end: rows });
});

test('the number of rows does not grow with the list', () => {
  const count = (rows: number): number => {
    const { first, end } = rowsInView(rows, 24, { top: 24 * Math.floor(rows / 2), height: 480 });
    return end - first;
  };
  expect(count(100_000)).toBe(count(100));
  expect(count(100)).toBe(26);
});
