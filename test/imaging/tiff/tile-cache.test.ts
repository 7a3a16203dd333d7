import type * as Zlib from 'node:zlib';
import { inflateSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { openImage } from '../../../src-main/imaging/open-image.ts';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';
import { tiledTiff } from '../../fixtures/tiled-tiff.ts';

vi.mock('node:zlib', async (importActual) => {
  const actual = await importActual<typeof Zlib>();
  return { ...actual, inflateSync: vi.fn(actual.inflateSync) };
});

const decoded = vi.mocked(inflateSync);

test('a tile that neighbouring rectangles need is decoded once; a pass over the whole width keeps none', async () => {
  const [side, tile] = [512, 128];
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => (i * 2654435761) >>> 24);
  const [source] = await openImage(bytesInMemory(tiledTiff(pixels, side, tile)), 'tiled.tif');
  const read = async (x: number, y: number, width: number): Promise<number> => {
    decoded.mockClear();
    const { data } = await source!.getTile({ channel: 0, x, y, width, height: 32 });
    expect(data[0]).toBe(pixels[y * side + x]);
    expect(data.at(-1)).toBe(pixels[(y + 31) * side + x + width - 1]);
    return decoded.mock.calls.length;
  };
  expect(await read(0, 0, 64)).toBe(1);
  expect(await read(64, 32, 64)).toBe(0);
  expect(await read(100, 0, 64)).toBe(1);
  const across = side / tile;
  expect(await read(0, 128, side)).toBe(across);
  expect(await read(0, 128, side)).toBe(across);
});
