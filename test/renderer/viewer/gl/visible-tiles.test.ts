import { expect, test } from 'vitest';
import { visibleTiles } from '../../../../src-renderer/viewer/gl/visible-tiles.ts';

/** 8000 × 8000: levels of 8000, 4000, 2000, 1000 and 500 px. */
const source = { height: 8000, width: 8000, levels: 5 };

test('at 1:1 a window of 900 × 1200 needs full resolution of what it shows, and no more', () => {
  const tiles = visibleTiles(source, { y: 4000, x: 4000, scale: 1, height: 900, width: 1200, ratio: 1 });
  // Rows 3550 … 4450 lie in tiles 6 … 8, columns 3400 … 4600 in 6 … 8.
  expect(tiles).toHaveLength(9);
  expect(tiles[0]).toEqual({ level: 0, row: 6, column: 6 });
  expect(tiles.at(-1)).toEqual({ level: 0, row: 8, column: 8 });
});

test('fitted into the window it needs a coarse level only', () => {
  const tiles = visibleTiles(source, { y: 4000, x: 4000, scale: 0.1, height: 900, width: 1200, ratio: 1 });
  expect(new Set(tiles.map(({ level }) => level))).toEqual(new Set([3]));
  expect(tiles).toHaveLength(4);
});

test('a screen with twice the pixels takes one level finer', () => {
  const [tile] = visibleTiles(source, { y: 4000, x: 4000, scale: 0.1, height: 900, width: 1200, ratio: 2 });
  expect(tile!.level).toBe(2);
});

test('beyond the image there is nothing', () => {
  const tiles = visibleTiles(source, { y: -4000, x: 100, scale: 1, height: 100, width: 100, ratio: 1 });
  expect(tiles).toEqual([]);
});
