import { expect, test } from 'vitest';
import { paneLayout } from '../../../src-renderer/viewer/pane-layout.ts';

const shape = (count: number, height: number, width: number) => {
  const rects = paneLayout(count, height, width);
  return [new Set(rects.map(({ top }) => top)).size, new Set(rects.map(({ left }) => left)).size];
};

test('six panes fill a landscape window with two rows, a portrait one with two columns', () => {
  expect(shape(6, 828, 1056)).toEqual([2, 3]);
  expect(shape(6, 1056, 700)).toEqual([3, 2]);
  expect(shape(6, 300, 1800)).toEqual([1, 6]);
});

test('two panes stand beside each other, or one above the other where the window is tall', () => {
  expect(shape(2, 800, 1200)).toEqual([1, 2]);
  expect(shape(2, 1200, 800)).toEqual([2, 1]);
});

test('one pane has all the room', () => {
  expect(paneLayout(1, 828, 1056)).toEqual([{ left: 0, top: 0, height: 828, width: 1056 }]);
});

test('panes are alike, of whole pixels, apart and inside', () => {
  const rects = paneLayout(6, 831, 1057);
  for (const rect of rects) {
    expect(rect.width).toBe(rects[0]!.width);
    expect(rect.height).toBe(rects[0]!.height);
    expect(Number.isInteger(rect.left) && Number.isInteger(rect.top)).toBe(true);
    expect(rect.left + rect.width).toBeLessThanOrEqual(1057);
    expect(rect.top + rect.height).toBeLessThanOrEqual(831);
  }
  expect(rects[1]!.left).toBeGreaterThan(rects[0]!.width);
});
