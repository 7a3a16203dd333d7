import { expect, test } from 'vitest';
import { openImage } from '../../../src-main/imaging/open-image.ts';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';
import { readLevel } from '../../../src-main/tasks/images/read-level.ts';
import { tiffOfPages } from '../../fixtures/tiff-of-pages.ts';

const flat = (side: number, value: number) => ({
  width: side,
  height: side,
  pixels: new Uint8Array(side * side).fill(value),
});

test('a small picture is read from the smallest level that suffices', async () => {
  // Only one copy per page can be written by the fixture, so the second is a page of its own.
  const bytes = tiffOfPages([flat(64, 1), { ...flat(32, 2), kind: 1 }, { ...flat(16, 3), kind: 1 }]);
  const [source] = await openImage(bytesInMemory(bytes), 'levels.tif');
  expect(source!.levels.map(({ width }) => width)).toEqual([64, 32, 16]);
  const read = async (sidePx: number, mostPixels = 2 ** 24) => {
    const { height, width, samples } = await readLevel(
      source!,
      { channel: 0, z: 0, t: 0 },
      { sidePx, mostPixels },
    );
    return [height, width, samples[0]];
  };
  expect(await read(10)).toEqual([16, 16, 3]);
  expect(await read(17)).toEqual([32, 32, 2]);
  expect(await read(100)).toEqual([64, 64, 1]);
  expect(await read(33, 300)).toEqual([16, 16, 1]);
});
