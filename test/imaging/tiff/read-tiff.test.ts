import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import type { PixelSizeUm } from '../../../src-main/contract/pixels.ts';
import { readTiff } from '../../fixtures/read-whole.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { planesMd5 } from './planes-md5.ts';

interface Golden {
  file: string;
  dtype: string;
  height: number;
  width: number;
  sizes: { t: number; z: number; c: number };
  channelNames: string[];
  pixelSizeUm: PixelSizeUm | null;
  md5: string;
}

const folder = fileURLToPath(new URL('../../golden/tiff/', import.meta.url));
const goldens = JSON.parse(readFileSync(`${folder}index.json`, 'utf8')) as Golden[];
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(folder + file));

async function refusal(bytes: Uint8Array, options = {}): Promise<LacssError> {
  const outcome = await readTiff(bytes, 'plate/A1.tif', options).catch((error: unknown) => error);
  if (!(outcome instanceof LacssError)) throw new Error(`not refused, but ${String(outcome)}`);
  return outcome;
}

/** A TIFF of one page by its tags, all of type LONG. Pixels, if given, start at byte 8. */
function tiffOf(tags: Readonly<Record<number, readonly number[]>>, pixels: Uint8Array): Uint8Array {
  const entries = Object.entries(tags).map(([tag, values]) => [Number(tag), values] as const);
  const directoryAt = 8 + pixels.length + (pixels.length % 2);
  const valuesAt = directoryAt + 2 + 12 * entries.length + 4;
  const view = new DataView(new ArrayBuffer(valuesAt + 4 * entries.flatMap(([, values]) => values).length));
  new Uint8Array(view.buffer).set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directoryAt, true);
  new Uint8Array(view.buffer).set(pixels, 8);
  view.setUint16(directoryAt, entries.length, true);
  let free = valuesAt;
  entries.forEach(([tag, values], i) => {
    const at = directoryAt + 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, values.length, true);
    let to = at + 8;
    if (values.length > 1) {
      view.setUint32(at + 8, free, true);
      to = free;
      free += 4 * values.length;
    }
    values.forEach((value, j) => view.setUint32(to + 4 * j, value, true));
  });
  return new Uint8Array(view.buffer);
}

/** Tags of an 8-bit grey page in one strip at byte 8. */
function greyTags(
  width: number,
  height: number,
  byteCount: number,
  compression = 1,
): Record<number, number[]> {
  return {
    256: [width],
    257: [height],
    258: [8],
    259: [compression],
    262: [1],
    273: [8],
    277: [1],
    279: [byteCount],
  };
}

describe('files written by tifffile and Pillow', () => {
  test.each(goldens)('$file', async (golden) => {
    const raster = await readTiff(bytesOf(golden.file), golden.file);
    const { dtype, height, width, sizes, channelNames, pixelSizeUm } = raster;
    expect({ dtype, height, width, sizes, channelNames }).toEqual({
      dtype: golden.dtype,
      height: golden.height,
      width: golden.width,
      sizes: golden.sizes,
      channelNames: golden.channelNames,
    });
    expect(planesMd5(raster)).toBe(golden.md5);
    if (golden.pixelSizeUm === null) {
      expect(pixelSizeUm).toBeNull();
    } else {
      expect(pixelSizeUm!.y).toBeCloseTo(golden.pixelSizeUm.y, 6);
      expect(pixelSizeUm!.x).toBeCloseTo(golden.pixelSizeUm.x, 6);
    }
  });
});

describe('axes that a person has said', () => {
  test('stand over the guess, plane by plane', async () => {
    const bytes = bytesOf('pages-7.tif');
    const guessed = await readTiff(bytes, 'x.tif');
    const said = await readTiff(bytes, 'x.tif', { axes: 'T' });
    expect([guessed.sizes, said.sizes]).toEqual([
      { t: 1, z: 7, c: 1 },
      { t: 7, z: 1, c: 1 },
    ]);
    expect(said.planes).toEqual(guessed.planes);
    await expect(readTiff(bytes, 'x.tif', { axes: 'ZC2' })).rejects.toMatchObject({
      code: 'setting-invalid',
    });
  });

  test('stand over the description, whose calibration and names are kept', async () => {
    const golden = goldens.find(({ file }) => file === 'ome-ztcyx.ome.tif')!;
    const bytes = bytesOf(golden.file);
    const described = await readTiff(bytes, golden.file);
    const { t, z, c } = described.sizes;
    const inFile = await readTiff(bytes, golden.file, { axes: `Z${z}T${t}C${c}` });
    expect(inFile).toEqual(described);
    const apart = await readTiff(bytes, golden.file, { axes: `C${c}Z` });
    expect(apart.sizes).toEqual({ t: 1, z: z * t, c });
    expect(apart.channelNames).toEqual(described.channelNames);
    // The file's second page: in truth the second channel, but described as the second plane.
    expect(apart.planes[c]).toEqual(described.planes[1]);
  });

  test('each page of a colour stack keeps its colours', async () => {
    const bytes = bytesOf('rgb-contig.tif');
    const { sizes, channelNames } = await readTiff(bytes, 'x.tif', { axes: 'T' });
    expect({ sizes, channelNames }).toEqual({
      sizes: { t: 1, z: 1, c: 3 },
      channelNames: ['Red', 'Green', 'Blue'],
    });
  });
});

describe('files cut short', () => {
  const stored = goldens.filter(({ file }) =>
    /^(strips|tiles|lzw|packbits|deflate|rgb|imagej|bigtiff|pages)/.test(file),
  );
  test.each(stored)('$file is read whole or refused, wherever it ends', async ({ file, md5 }) => {
    const bytes = bytesOf(file);
    for (let k = 0; k < 24; k++) {
      const length = Math.floor((bytes.length * k) / 24);
      const outcome = await readTiff(bytes.subarray(0, length), file).then(
        (raster) => planesMd5(raster),
        (error: unknown) => error,
      );
      if (outcome instanceof LacssError) {
        expect(['file-damaged', 'file-unsupported']).toContain(outcome.code);
        expect(outcome.message).toContain(file);
      } else {
        expect(outcome).toBe(md5);
      }
    }
  });

  test('a stack behind one page that lacks its last plane', async () => {
    const bytes = bytesOf('imagej-hyperstack.tif');
    const error = await refusal(bytes.subarray(0, bytes.length - 21 * 37));
    expect(error.code).toBe('file-damaged');
  });
});

describe('refusals', () => {
  test('text is named as no TIFF', async () => {
    const error = await refusal(new TextEncoder().encode('Experiment of Monday\n'));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toBe('plate/A1.tif is not a TIFF, despite its name.');
    expect(error.subject).toBe('plate/A1.tif');
    expect(error.remedy).toBe('Add TIFF or PNG images.');
  });

  test('a list of pages that turns back on itself', async () => {
    const bytes = tiffOf(greyTags(2, 2, 4), Uint8Array.of(1, 2, 3, 4));
    const view = new DataView(bytes.buffer);
    const directoryAt = view.getUint32(4, true);
    view.setUint32(directoryAt + 2 + 12 * view.getUint16(directoryAt, true), directoryAt, true);
    const error = await refusal(bytes);
    expect(error.code).toBe('file-damaged');
    expect(error.message).toContain('contains a loop');
  });

  test('a next page beyond the end', async () => {
    const bytes = tiffOf(greyTags(2, 2, 4), Uint8Array.of(1, 2, 3, 4));
    const view = new DataView(bytes.buffer);
    const directoryAt = view.getUint32(4, true);
    view.setUint32(directoryAt + 2 + 12 * view.getUint16(directoryAt, true), 1_000_000, true);
    expect((await refusal(bytes)).message).toContain('page 2 would start at byte 1000000');
  });

  test('a strip beyond the end, a strip of no bytes, a strip too short', async () => {
    const pixels = new Uint8Array(16).fill(9);
    for (const [tag, value, reason] of [
      [273, 5000, 'strip 1 of page 1 is missing'],
      [279, 0, 'strip 1 of page 1 is missing'],
      [279, 12, 'should have 16 bytes, but has only 12'],
    ] as const) {
      const error = await refusal(tiffOf({ ...greyTags(4, 4, 16), [tag]: [value] }, pixels));
      expect(error.code).toBe('file-damaged');
      expect(error.message).toContain(reason);
    }
  });

  test('sizes that are absurd', async () => {
    const pixels = new Uint8Array(16);
    expect((await refusal(tiffOf(greyTags(0, 4, 16), pixels))).code).toBe('file-damaged');
    expect((await refusal(tiffOf(greyTags(60000, 60000, 16), pixels))).code).toBe('file-unsupported');
    // 10 000 × 10 000 pixels from 16 bytes: no deflate stream can compress that much.
    const bomb = await refusal(tiffOf(greyTags(10_000, 10_000, 16, 8), pixels));
    expect(bomb.message).toContain('claims 100000000 bytes of pixels, but stores only 16');
  });

  test('a strip that would take too much memory when it is decoded whole', async () => {
    const tags = { ...greyTags(16384, 16384, 16, 5), 258: [16], 277: [3] };
    const error = await refusal(tiffOf(tags, new Uint8Array(16)));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toBe(
      'plate/A1.tif cannot be read: a strip of 16384 rows in page 1, packed as lzw, would take 1536 MB of memory. ' +
        'The limit is 768 MB.',
    );
  });

  test('a strip that inflates to far more than its page', async () => {
    const bomb = deflateSync(new Uint8Array(10_000_000));
    expect((await refusal(tiffOf(greyTags(4, 4, bomb.length, 8), bomb))).code).toBe('file-damaged');
  });

  test('more pixels than asked for', async () => {
    const error = await refusal(bytesOf('imagej-hyperstack.tif'), { maxPixels: 21 * 37 * 5 });
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain('more than the 3885 pixels');
  });

  test.each([
    [{ 259: [4] }, 'CCITT group 4 (fax)'],
    [{ 259: [6] }, 'old-style JPEG'],
    [{ 259: [50001] }, 'WebP'],
    [{ 259: [12345] }, 'the unknown method 12345'],
    [{ 262: [6] }, 'YCbCr'],
    [{ 262: [8] }, 'CIE L*a*b*'],
    [{ 262: [32803] }, 'camera raw'],
    [{ 258: [17] }, '17-bit integer'],
    [{ 339: [6] }, 'complex'],
    [{ 317: [9] }, 'predictor 9'],
  ])('%o by name: %s', async (tags, reason) => {
    const error = await refusal(tiffOf({ ...greyTags(4, 4, 16), ...tags }, new Uint8Array(16)));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain(reason);
    expect(error.remedy).toContain('ImageJ');
  });

  test('integers beyond what a number holds', async () => {
    const wide = new Uint8Array(BigUint64Array.of(1n, 2n ** 60n).buffer);
    const error = await refusal(tiffOf({ ...greyTags(2, 1, 16), 258: [64] }, wide));
    expect(error.message).toContain('beyond 2⁵³');
  });

  test('pages of different sizes', async () => {
    const error = await refusal(twoPages(tiffOf(greyTags(2, 2, 4), new Uint8Array(4).fill(1)), 4));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain('page 1 is 2 × 2 pixels of 1 × 8 bits, page 2 is 4 × 1 pixels');
  });

  test('reading stops when it is told to', async () => {
    expect((await refusal(bytesOf('strips.tif'), { signal: AbortSignal.abort() })).code).toBe('cancelled');
  });
});

/** The same file with a second page over the same bytes, `width` × 1. */
function twoPages(bytes: Uint8Array, width: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  const directoryAt = view.getUint32(4, true);
  const length = 2 + 12 * view.getUint16(directoryAt, true) + 4;
  const second = bytes.slice(directoryAt, directoryAt + length);
  const secondView = new DataView(second.buffer);
  secondView.setUint32(2 + 8, width, true);
  secondView.setUint32(2 + 12 + 8, 1, true);
  const out = new Uint8Array(bytes.length + length);
  out.set(bytes);
  out.set(second, bytes.length);
  new DataView(out.buffer).setUint32(directoryAt + length - 4, bytes.length, true);
  return out;
}

describe('axes by an OME description', () => {
  const raster = {
    height: 2,
    width: 3,
    dtype: 'uint8' as const,
    sizes: { t: 1, z: 1, c: 4 },
    planes: [1, 2, 3, 4].map((value) => new Uint8Array(6).fill(value)),
    channelNames: ['a', 'b', 'c', 'd'],
    pixelSizeUm: null,
  };
  /** Four pages that hold 1, 2, 3 and 4, under another description of the same length. */
  function describedAs(pixels: string): Uint8Array {
    const bytes = writeTiff(raster);
    const text = new TextDecoder('latin1').decode(bytes);
    const start = text.indexOf('<?xml');
    const length = text.indexOf('</OME>') + 6 - start;
    const xml = `<OME UUID="urn:uuid:one"><Image>${pixels}</Image></OME>`.padEnd(length);
    bytes.set(new TextEncoder().encode(xml), start);
    return bytes;
  }
  const valuesOf = (planes: readonly ArrayLike<number>[]): number[] => planes.map((plane) => plane[0]!);

  test('TiffData say which page is which plane', async () => {
    const bytes = describedAs(
      '<Pixels DimensionOrder="XYZCT" SizeC="2" SizeZ="2" SizeT="1"><TiffData IFD="3"/>' +
        '<TiffData IFD="2" FirstZ="1"/><TiffData IFD="0" FirstC="1" PlaneCount="2"/></Pixels>',
    );
    const { planes, sizes } = await readTiff(bytes, 'x.ome.tif');
    expect(sizes).toEqual({ t: 1, z: 2, c: 2 });
    // In the order z, c: (z0 c0), (z0 c1), (z1 c0), (z1 c1).
    expect(valuesOf(planes)).toEqual([4, 1, 3, 2]);
  });

  test('one file of several gives the planes that are its own', async () => {
    const of = (file: string): string => `<UUID FileName="${file}">urn:uuid:${file}</UUID></TiffData>`;
    const bytes = describedAs(
      '<Pixels DimensionOrder="XYCZT" SizeC="2" SizeZ="4" SizeT="1">' +
        `<TiffData FirstZ="0" PlaneCount="4">${of('first.tif')}` +
        `<TiffData FirstZ="2" PlaneCount="4">${of('second.tif')}</Pixels>`,
    );
    const { planes, sizes } = await readTiff(bytes, 'folder/second.tif');
    expect(sizes).toEqual({ t: 1, z: 2, c: 2 });
    expect(valuesOf(planes)).toEqual([1, 2, 3, 4]);
  });

  test('an acquisition that was stopped gives its whole time points', async () => {
    const bytes = describedAs(
      '<Pixels DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="9"><TiffData/></Pixels>',
    );
    expect((await readTiff(bytes, 'x.tif')).sizes).toEqual({ t: 2, z: 1, c: 2 });
  });

  test('a part that is no whole set is refused', async () => {
    const bytes = describedAs(
      '<Pixels DimensionOrder="XYCZT" SizeC="3" SizeZ="1" SizeT="2"><TiffData/></Pixels>',
    );
    const error = await refusal(bytes);
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain('6 planes, but only 4 are in this file');
  });
});
