import { describe, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { openImage } from '../../../src-main/imaging/open-image.ts';
import type { PixelSource } from '../../../src-main/imaging/source/pixel-source.ts';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';
import { readPlane } from '../../../src-main/imaging/read-plane.ts';
import { tiffOfPages, type PlainPage } from '../../fixtures/tiff-of-pages.ts';

const page: PlainPage = { width: 2, height: 1, pixels: Uint8Array.of(1, 2) };

async function open(pages: readonly PlainPage[], axes?: string): Promise<PixelSource> {
  const [source] = await openImage(
    bytesInMemory(tiffOfPages(pages.map((own) => ({ ...own })))),
    'a.tif',
    axes === undefined ? {} : { axes },
  );
  return source!;
}

async function refusal(work: Promise<unknown>): Promise<LacssError> {
  const error = await work.catch((caught: unknown) => caught);
  if (!(error instanceof LacssError)) throw new Error(`not refused, but ${String(error)}`);
  return error;
}

describe('channels named by PageName', () => {
  const named = (names: readonly (string | undefined)[]): PlainPage[] =>
    names.map((pageName) => ({ ...page, ...(pageName === undefined ? {} : { pageName }) }));

  test('as MIBI instruments write them, however many', async () => {
    const names = ['dsDNA', 'CD45 (115)', 'CD3', 'CD8', 'Keratin', 'Vimentin', 'CD20'];
    const source = await open(named(names));
    expect(source.shape).toMatchObject({ c: 7, z: 1, t: 1 });
    expect(source.channelNames).toEqual(names);
    expect(source.axesAreGuessed).toBe(false);
  });

  test('as QPTIFF describes them: the biomarker, otherwise the dye', async () => {
    const described = (inner: string): PlainPage => ({
      ...page,
      description: `<?xml version="1.0" encoding="utf-8"?>\r\n<PerkinElmer-QPI-ImageDescription>${inner}</PerkinElmer-QPI-ImageDescription>`,
    });
    const objective = '<ScanProfile><Name>20x</Name></ScanProfile>';
    const source = await open([
      described(`<Name>DAPI</Name><Biomarker></Biomarker>${objective}`),
      described(`${objective}<Name>Opal 520</Name><Biomarker>CD8 &amp; <![CDATA[<PD1>]]></Biomarker>`),
    ]);
    expect(source.channelNames).toEqual(['DAPI', 'CD8 & <PD1>']);
    expect(source.axesAreGuessed).toBe(false);
  });

  test.each<[string, (string | undefined)[]]>([
    ['a page lacks one', ['DAPI', undefined, 'GFP']],
    ['two are equal', ['DAPI', 'DAPI', 'GFP']],
    ['they only count', ['z1', 'z2', 'z3']],
  ])('not where %s', async (_, names) => {
    const source = await open(named(names));
    expect(source.channelNames).toEqual(['Channel 1', 'Channel 2', 'Channel 3']);
    expect(source.axesAreGuessed).toBe(true);
  });
});

describe('whether somebody says what the pages are', () => {
  test.each<[string, string | undefined, number, boolean]>([
    ['no description', undefined, 4, true],
    ['one page', undefined, 1, false],
    ['ImageJ', 'ImageJ=1.54p\nimages=4\nslices=4\n', 4, false],
    ['ImageJ that counts other planes', 'ImageJ=1.54p\nimages=3\nslices=3\n', 4, true],
    ['tifffile', '{"shape": [4, 1, 2], "axes": "ZYX"}', 4, false],
    ['tifffile in another order', '{"shape": [2, 2, 1, 2], "axes": "CZYX"}', 4, false],
    ['tifffile with an axis of no meaning here', '{"shape": [2, 2, 1, 2], "axes": "QZYX"}', 4, true],
    ['tifffile with an axis twice', '{"shape": [2, 2, 1, 2], "axes": "ZZYX"}', 4, true],
    ['Micro-Manager’s NDTiff', '{"Summary": {}}', 4, true],
  ])('%s', async (_, description, pages, isGuess) => {
    const source = await open(
      Array.from({ length: pages }, (__, i) =>
        i === 0 && description !== undefined ? { ...page, description } : page,
      ),
    );
    expect(source.axesAreGuessed).toBe(isGuess);
  });

  test('a person has', async () => {
    expect((await open([page, page], 'Z')).axesAreGuessed).toBe(false);
  });
});

describe('the pixel size in a MetaXpress description', () => {
  const described = (props: Readonly<Record<string, string>>): string =>
    `<MetaData>\r\n<PlaneInfo>\r\n${Object.entries(props)
      .map(([id, value]) => `<prop id="${id}" type="float" value="${value}"/>`)
      .join('\r\n')}\r\n</PlaneInfo>\r\n</MetaData>`;
  const props = {
    'spatial-calibration-state': 'on',
    'spatial-calibration-x': '0.65',
    'spatial-calibration-y': '1.3',
    'spatial-calibration-units': 'um',
  };

  test.each([
    [props, { y: 1.3, x: 0.65 }],
    [
      { ...props, 'spatial-calibration-units': '&#181;m' },
      { y: 1.3, x: 0.65 },
    ],
    [{ ...props, 'spatial-calibration-state': 'off' }, null],
    [{ ...props, 'spatial-calibration-units': 'pixel' }, null],
    [{}, null],
  ])('%o', async (given, right) => {
    expect((await open([{ ...page, description: described(given) }])).pixelSizeUm).toEqual(right);
  });
});

describe('kinds that are refused by name, not as broken', () => {
  const readAll = async (pages: readonly PlainPage[]): Promise<unknown> =>
    (await open(pages)).getTile({ channel: 0 });

  test('a volume in one page', async () => {
    const error = await refusal(open([{ ...page, tags: { 32997: 5 } }]));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain('a volume of 5 planes');
    expect((await open([{ ...page, tags: { 32997: 1 } }])).shape.z).toBe(1);
  });

  test('old-style LZW', async () => {
    // The clear code, 256 in nine bits from the low end, then 1.
    const error = await refusal(readAll([{ ...page, pixels: Uint8Array.of(0, 3, 0, 0), compression: 5 }]));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain('old-style LZW');
  });

  test.each([
    [0xc3, 'lossless JPEG'],
    [0xf7, 'JPEG-LS'],
  ])('JPEG of kind %i', async (marker, kind) => {
    const app = [0xff, 0xe0, 0, 4, 1, 2];
    const frame = [0xff, marker, 0, 11, 8, 0, 1, 0, 2, 1, 1, 0x11, 0];
    const pixels = Uint8Array.from([0xff, 0xd8, ...app, ...frame, 0xff, 0xda, 0, 2, 0xff, 0xd9]);
    const error = await refusal(readAll([{ ...page, pixels, compression: 7 }]));
    expect(error.code).toBe('file-unsupported');
    expect(error.message).toContain(`compressed with ${kind}`);
  });

  test('16-bit JPEG, which only the lossless kind is', async () => {
    const error = await refusal(readAll([{ ...page, bits: 16, compression: 7 }]));
    expect(error.message).toContain('a lossless JPEG of 1 samples of 16 bits');
  });
});

describe('values that nothing can be computed with', () => {
  const plane = async (values: readonly number[]): Promise<unknown> => {
    const pixels = new Uint8Array(8 * values.length);
    values.forEach((value, i) => new DataView(pixels.buffer).setFloat64(8 * i, value));
    const source = await open([{ width: 2, height: values.length / 2, pixels, bits: 64, tags: { 339: 3 } }]);
    return readPlane(source, { channel: 0 }, 'field');
  };

  test('beyond 32-bit reals they are named as such', async () => {
    const error = await refusal(plane([1, 2, 1e300, -1e39]));
    expect(error.code).toBe('image-invalid');
    expect(error.message).toBe(
      'field holds 2 pixels beyond ±3.4 · 10³⁸, the range of 32-bit reals in Channel 1. The first, 1e+300, is in row 1, column 0.',
    );
    expect(error.remedy).toContain('Divide');
  });

  test('infinity is no number', async () => {
    const error = await refusal(plane([1, -Infinity, Infinity, 1e300]));
    expect(error.message).toBe(
      'field holds 2 pixels that are not numbers (NaN or infinite) and 1 pixel beyond ±3.4 · 10³⁸, the range of 32-bit reals in Channel 1. The first, -Infinity, is in row 0, column 1.',
    );
  });

  test('the largest 32-bit real is one', async () => {
    expect(await plane([3.4028234663852886e38, 1e-300])).toMatchObject({ height: 1, width: 2 });
  });
});
