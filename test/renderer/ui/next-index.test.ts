import { expect, test } from 'vitest';
import { nextIndex } from '../../../src-renderer/ui/next-index.ts';

test('in a list, up and down lead to the neighbours, and stop at the ends', () => {
  const from = (key: string, at: number) => nextIndex(key, at, 226, 1);
  expect([from('ArrowDown', 0), from('ArrowUp', 5), from('End', 3), from('Home', 3)]).toEqual([1, 4, 225, 0]);
  expect([from('ArrowUp', 0), from('ArrowDown', 225), from('Home', 0), from('a', 3)]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  // They show the next image, in every stage.
  expect(from('ArrowRight', 3)).toBeNull();
});

test('in a grid, up and down lead to other rows, and the sides to the neighbours', () => {
  // 0 1 2
  // 3 4
  const from = (key: string, at: number) => nextIndex(key, at, 5, 3);
  expect([from('ArrowDown', 1), from('ArrowUp', 4), from('ArrowRight', 2), from('ArrowLeft', 3)]).toEqual([
    4, 1, 3, 2,
  ]);
  expect(from('ArrowDown', 2)).toBeNull();
});
