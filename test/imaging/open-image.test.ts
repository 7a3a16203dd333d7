import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { PixelArray } from '../../src-main/contract/pixels.ts';
import { openImage } from '../../src-main/imaging/open-image.ts';
import type { PixelSource } from '../../src-main/imaging/source/pixel-source.ts';
import { writePng } from '../../src-main/imaging/png/write-png.ts';
import { bytesInMemory, type RandomAccess } from '../../src-main/imaging/source/random-access.ts';
import { readImage } from '../fixtures/read-image.ts';
import { tiffOfPages } from '../fixtures/tiff-of-pages.ts';

const folder = fileURLToPath(new URL('../golden/tiff/', import.meta.url));
const goldens = JSON.parse(readFileSync(`${folder}index.json`, 'utf8')) as { file: string }[];
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(folder + file));

/** Counts the bytes that are read. */
function counted(bytes: Uint8Array): RandomAccess & { bytesRead: number } {
  const memory = bytesInMemory(bytes);
  const file = {
    size: bytes.length,
    bytesRead: 0,
    read: (offset: number, length: number) => {
      file.bytesRead += length;
      return memory.read(offset, length);
    },
  };
  return file;
}

/** A rectangle cut out of a whole plane. */
function cut(
  plane: PixelArray,
  width: number,
  box: { x: number; y: number; w: number; h: number },
): number[] {
  const out: number[] = [];
  for (let y = box.y; y < box.y + box.h; y++) {
    for (let x = box.x; x < box.x + box.w; x++) out.push(plane[y * width + x]!);
  }
  return out;
}

describe('tiles and bands are the very pixels of the whole image', () => {
  test.each(goldens)('$file', async ({ file }) => {
    const bytes = bytesOf(file);
    const whole = await readImage(bytes, file);
    const [source] = await openImage(bytesInMemory(bytes), file);
    const { sizes, height, width } = whole;
    expect(source!.shape).toEqual({ ...sizes, y: height, x: width });
    const boxes = [
      { x: 0, y: 0, w: width, h: 1 },
      { x: width >> 1, y: height >> 1, w: Math.min(5, width - (width >> 1)), h: height - (height >> 1) },
      { x: width - 1, y: 0, w: 1, h: height },
    ];
    for (const [plane, data] of whole.planes.entries()) {
      const place = {
        channel: plane % sizes.c,
        z: Math.floor(plane / sizes.c) % sizes.z,
        t: Math.floor(plane / (sizes.c * sizes.z)),
      };
      for (const box of boxes) {
        const tile = await source!.getTile({ ...place, x: box.x, y: box.y, width: box.w, height: box.h });
        expect({ height: tile.height, width: tile.width }).toEqual({ height: box.h, width: box.w });
        expect([...tile.data]).toEqual(cut(data, width, box));
      }
    }
  });

  test('a PNG, of which the rows above are passed over', async () => {
    const data = Uint8Array.from({ length: 90 * 70 * 3 }, (_, i) => (i * 37 + (i >> 3)) % 251);
    const png = writePng({ height: 90, width: 70, channels: 3, data });
    const [source] = await openImage(bytesInMemory(png), 'x.png');
    const { data: tile } = await source!.getTile({ channel: 1, x: 11, y: 40, width: 7, height: 3 });
    const expected = [0, 1, 2].flatMap((y) =>
      [0, 1, 2, 3, 4, 5, 6].map((x) => data[((40 + y) * 70 + 11 + x) * 3 + 1]),
    );
    expect([...tile]).toEqual(expected);
  });

  test('a plane or a rectangle that is not there is the caller’s mistake', async () => {
    const [source] = await openImage(bytesInMemory(bytesOf('strips.tif')), 'strips.tif');
    await expect(source!.getTile({ channel: 1 })).rejects.toThrow('expected less than t 1, z 1, c 1');
    await expect(source!.getTile({ channel: 0, x: 1e6 })).rejects.toThrow(RangeError);
    await expect(source!.getTile({ channel: 0, level: 1 })).rejects.toThrow('expected less than 1');
  });
});

describe('no more is read than is used', () => {
  test('opening a stack of 300 planes, and one plane of it', async () => {
    const planes = Array.from({ length: 300 }, (_, k) => new Uint8Array(128 * 128).fill(k % 251));
    const file = counted(
      tiffOfPages(
        planes.map((pixels) => ({ width: 128, height: 128, pixels })),
        { littleEndian: true },
      ),
    );
    const [source] = await openImage(file, 'stack.tif');
    expect(source!.shape).toEqual({ t: 1, z: 300, c: 1, y: 128, x: 128 });
    // The lists of tags are together, after the pixels.
    expect(file.bytesRead).toBeLessThan(file.size / 20);
    const before = file.bytesRead;
    const { data } = await source!.getTile({ channel: 0, z: 200 });
    expect(data).toEqual(planes[200]);
    expect(file.bytesRead - before).toBeLessThan(3 * 128 * 128);
  });

  test('a few rows of a large plain plane', async () => {
    const pixels = Uint8Array.from({ length: 2048 * 2048 }, (_, i) => i >> 11);
    const file = counted(tiffOfPages([{ width: 2048, height: 2048, pixels }]));
    const [source] = await openImage(file, 'plane.tif');
    const { data } = await source!.getTile({ channel: 0, y: 700, height: 2, x: 5, width: 1 });
    expect([...data]).toEqual([700 & 255, 701 & 255]);
    expect(file.bytesRead).toBeLessThan(2 ** 17);
  });

  test('a strip of 64 MB deflated from 64 kB is inflated as a stream, and again for later rows', async () => {
    const side = 8192;
    const pixels = new Uint8Array(side * side);
    pixels.fill(9, 5000 * side, 5001 * side);
    const packed = new Uint8Array(deflateSync(pixels));
    const bytes = tiffOfPages([{ width: side, height: side, pixels: packed, compression: 8 }]);
    const [source] = await openImage(bytesInMemory(bytes), 'flat.tif');
    let largest = 0;
    let rows = 0;
    for await (const band of source!.getBands({ channel: 0 })) {
      largest = Math.max(largest, band.data.byteLength);
      rows += band.height;
    }
    expect(rows).toBe(side);
    expect(largest).toBeLessThanOrEqual(2 ** 22);
    const { data } = await source!.getTile({ channel: 0, y: 4999, height: 3, width: 1 });
    expect([...data]).toEqual([0, 9, 0]);
  });
});

describe('files of several images', () => {
  const cases = fileURLToPath(new URL('../../../shared/cases', import.meta.url));
  const open = (file: string): Promise<PixelSource[]> =>
    openImage(bytesInMemory(new Uint8Array(readFileSync(`${cases}/${file}`))), file);

  test.skipIf(!existsSync(`${cases}/ome-series`))('each position of an OME-TIFF is an image', async () => {
    const positions = await open('ome-series/two-positions.ome.tif');
    expect(positions.map(({ name, shape }) => ({ name, y: shape.y, c: shape.c }))).toEqual([
      { name: 'Position 1', y: 96, c: 1 },
      { name: 'Position 2', y: 96, c: 1 },
    ]);
    const [first, second] = await Promise.all(positions.map((source) => source.getTile({ channel: 0 })));
    expect(first!.data).not.toEqual(second!.data);
    const sizes = await open('ome-series/two-sizes.ome.tif');
    expect(sizes.map(({ name, shape, channelNames }) => ({ name, y: shape.y, channelNames }))).toEqual([
      { name: 'Overview', y: 64, channelNames: ['Channel 1'] },
      { name: 'Field', y: 96, channelNames: ['DAPI', 'GFP'] },
    ]);
  });

  test.skipIf(!existsSync(`${cases}/svs`))(
    'an Aperio slide is its first page; its smaller copies are levels, its photographs are left out',
    async () => {
      const [slide, ...others] = await open('svs/svs-like.tif');
      expect(others).toEqual([]);
      expect(slide).toMatchObject({
        shape: { t: 1, z: 1, c: 3, y: 96, x: 96 },
        levels: [
          { height: 96, width: 96 },
          { height: 48, width: 48 },
        ],
        channelNames: ['Red', 'Green', 'Blue'],
        pixelSizeUm: { y: 0.499, x: 0.499 },
      });
      const whole = await slide!.getTile({ channel: 2 });
      const half = await slide!.getTile({ channel: 2, level: 1 });
      expect([...half.data]).toEqual(
        Array.from({ length: 48 * 48 }, (_, i) => whole.data[2 * Math.floor(i / 48) * 96 + 2 * (i % 48)]),
      );
    },
  );

  test('images of an OME-XML whose planes are in another file are left out', async () => {
    const at = (n: number, file: string): string =>
      `<Image Name="${file}"><Pixels DimensionOrder="XYCZT" SizeC="1" SizeZ="1" SizeT="1"><TiffData IFD="0" PlaneCount="1">` +
      `<UUID FileName="${file}.tif">urn:uuid:${n}</UUID></TiffData></Pixels></Image>`;
    const description = `<OME UUID="urn:uuid:2">${at(1, 'a')}${at(2, 'b')}</OME>`;
    const bytes = tiffOfPages([{ width: 2, height: 1, pixels: Uint8Array.of(1, 2), description }]);
    const sources = await openImage(bytesInMemory(bytes), 'b.tif');
    expect(sources).toHaveLength(1);
  });
});

test('smaller copies in SubIFDs are levels', async () => {
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => i);
  const bytes = tiffOfPages([
    {
      width: 8,
      height: 8,
      pixels,
      copies: [{ width: 4, height: 4, pixels: new Uint8Array(16).fill(7) }],
    },
  ]);
  const [source] = await openImage(bytesInMemory(bytes), 'pyramid.ome.tif');
  expect(source!.levels).toEqual([
    { height: 8, width: 8 },
    { height: 4, width: 4 },
  ]);
  expect([...(await source!.getTile({ channel: 0, level: 1 })).data]).toEqual(new Array(16).fill(7));
});
