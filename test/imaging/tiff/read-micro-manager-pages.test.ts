import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../../src-main/imaging/open-image.ts';
import type { PixelSource } from '../../../src-main/imaging/source/pixel-source.ts';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';

const golden = (file: string): Promise<PixelSource[]> => {
  const path = fileURLToPath(new URL(`../../golden/ndtiff/${file}`, import.meta.url));
  return openImage(bytesInMemory(new Uint8Array(readFileSync(path))), file);
};

/** The value of each plane in the order t, z, c. */
async function values(source: PixelSource): Promise<number[]> {
  const { t, z, c } = source.shape;
  const found: number[] = [];
  for (let i = 0; i < t * z * c; i++) {
    const place = { t: Math.floor(i / (z * c)), z: Math.floor(i / c) % z, channel: i % c };
    const { data } = await source.getTile(place);
    expect(new Set(data).size).toBe(1);
    found.push(data[0]!);
  }
  return found;
}

describe('NDTiff files whose pages say what they are, in no order', () => {
  test('time points, channels by name and focal planes', async () => {
    const [source, ...others] = await golden('time-channel-z.tif');
    expect(others).toEqual([]);
    expect(source).toMatchObject({
      shape: { t: 2, z: 3, c: 2, y: 4, x: 5 },
      pixelSizeUm: { y: 0.325, x: 0.325 },
      axesAreGuessed: false,
    });
    // The channel order is the order in the file.
    expect(source!.channelNames.toSorted()).toEqual(['DAPI', 'FITC']);
    const [first, second] = source!.channelNames.map((name) => ['DAPI', 'FITC'].indexOf(name));
    const right = [0, 100].flatMap((t) => [0, 10, 20].flatMap((z) => [t + z + first!, t + z + second!]));
    expect(await values(source!)).toEqual(right);
  });

  test('positions are images of their own', async () => {
    const sources = await golden('positions.tif');
    expect(sources.map(({ name }) => name).toSorted()).toEqual(['A1', 'B2']);
    for (const source of sources) {
      expect(source).toMatchObject({ shape: { t: 1, z: 1, c: 2 }, channelNames: ['Channel 1', 'Channel 2'] });
      expect(await values(source)).toEqual(source.name === 'A1' ? [0, 1] : [1000, 1001]);
    }
  });
});

test.each([
  ['lack a plane', 'one-missing.tif'],
  ['have an axis of another meaning', 'another-axis.tif'],
  ['do not say what they are', 'no-axes.tif'],
])('NDTiff files whose pages %s are asked about', async (_, file) => {
  const [source] = await golden(file);
  expect(source!.axesAreGuessed).toBe(true);
  // The writer stores 1 / 1 per cm when it does not know the size.
  expect(source!.pixelSizeUm).toBeNull();
});
