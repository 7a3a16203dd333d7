import { expect, test } from 'vitest';
import { gridOf } from '../../../../src-renderer/stages/images/grid-of.ts';

test('few pictures are shown as large as they get with all in sight', () => {
  // 1000 px hold 3 columns of 333 px. A row is 333 · 0.78 + 36 = 296 px high, and two rows are 592 px.
  expect(gridOf(6, 600, 1000)).toEqual({ columns: 3, rowHeight: 296 });
  expect(gridOf(7, 600, 1000).columns).toBe(4);
});

test('many pictures are small, and the list scrolls', () => {
  expect(gridOf(500, 600, 1000)).toEqual({ columns: 5, rowHeight: 192 });
});

test('a narrow window has one column', () => {
  expect(gridOf(3, 600, 150).columns).toBe(1);
});
