import { expect, test } from 'vitest';
import { defaultSegmentSettings } from '../../src-main/contract/inference.ts';
import { planTiles } from '../../src-main/inference/plan-tiles.ts';

const settings = { tileSizePx: 256, tileMarginPx: 64, padTo: 16 };

test('an image that fits is one tile, no larger than it must be', () => {
  const plan = planTiles(250, 100, settings);
  expect(plan).toMatchObject({ tileHeight: 256, tileWidth: 112 });
  expect(plan.tiles).toEqual([{ top: 0, left: 0, coreTop: 0, coreBottom: 250, coreLeft: 0, coreRight: 100 }]);
});

test('one axis may need tiles and the other not', () => {
  const plan = planTiles(64, 400, settings);
  expect(plan).toMatchObject({ tileHeight: 64, tileWidth: 224 });
  expect(plan.tiles.map((tile) => tile.left)).toEqual([0, 80, 176]);
});

test.each([257, 300, 384, 385, 511, 512, 1000, 6000])('tiles cover an image of %d px', (length) => {
  const { tiles, tileHeight } = planTiles(length, 64, settings);
  expect(tileHeight).toBeLessThanOrEqual(256);
  // If tiles were smaller by a stride, the same number with overlaps would not reach the end.
  expect(tiles.length * (tileHeight - 16 - 128) + 128).toBeLessThan(Math.ceil(length / 16) * 16);
  expect(tiles[0]).toMatchObject({ top: 0, coreTop: 0 });
  expect(tiles.at(-1)!.coreBottom).toBe(length);
  expect(tiles.at(-1)!.top + tileHeight).toBe(Math.ceil(length / 16) * 16);
  tiles.forEach((tile, k) => {
    expect(tile.top % 16).toBe(0);
    expect(tile.coreBottom).toBeGreaterThan(tile.coreTop);
    if (k === 0) return;
    expect(tile.coreTop).toBe(tiles[k - 1]!.coreBottom); // no gap, no overlap
    expect(tile.coreTop - tile.top).toBeGreaterThanOrEqual(64);
    expect(tiles[k - 1]!.top + tileHeight - tile.coreTop).toBeGreaterThanOrEqual(64);
  });
});

test('every location belongs to exactly one core', () => {
  const { tiles } = planTiles(700, 500, settings);
  for (let y = 0.25; y < 700; y += 12.5) {
    for (let x = 0.25; x < 500; x += 12.5) {
      const owners = tiles.filter(
        (tile) => y >= tile.coreTop && y < tile.coreBottom && x >= tile.coreLeft && x < tile.coreRight,
      );
      expect(owners).toHaveLength(1);
    }
  }
});

test.each([1024, 1200, 2048, 2500, 4096, 10_000])(
  'of %d px no more than a fifth is computed twice',
  (length) => {
    const plan = planTiles(length, length, { ...defaultSegmentSettings, padTo: 16 });
    const computed = plan.tiles.length * plan.tileHeight * plan.tileWidth;
    expect(computed / length ** 2).toBeLessThan(1.2);
  },
);

test('margins that leave no core are refused', () => {
  expect(() => planTiles(600, 600, { ...settings, tileMarginPx: 128 })).toThrow('received 128 and 256');
});
