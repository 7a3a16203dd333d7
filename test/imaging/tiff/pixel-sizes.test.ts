import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import utif from 'utif';
import { describe, expect, test } from 'vitest';
import type { PixelSizeUm } from '../../../src-main/contract/pixels.ts';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { unitInUm } from '../../../src-main/imaging/tiff/length-units.ts';
import { readTiff } from '../../fixtures/read-whole.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { tiffOfPages, type PlainPage } from '../../fixtures/tiff-of-pages.ts';

const cases = fileURLToPath(new URL('../../../../shared/cases/', import.meta.url));

/** The pixel size of a file of 2 × 1 pixels: 2 px per unit along x, 0.5 px along y. */
async function sizeOf(
  description: string | undefined,
  unit: number,
  parts: Partial<NonNullable<PlainPage['resolution']>> = {},
): Promise<PixelSizeUm | null> {
  const bytes = tiffOfPages([
    {
      width: 2,
      height: 1,
      pixels: Uint8Array.of(1, 2),
      ...(description === undefined ? {} : { description }),
      resolution: { x: [2_000_000, 1_000_000], y: [500_000, 1_000_000], unit, ...parts },
    },
  ]);
  return (await readTiff(bytes, 'a.tif')).pixelSizeUm;
}

function expectSize(size: PixelSizeUm | null, right: PixelSizeUm | null): void {
  if (right === null) expect(size).toBeNull();
  else for (const axis of ['y', 'x'] as const) expect(size![axis] / right[axis]).toBeCloseTo(1, 12);
}

describe('one table of units', () => {
  test.each([
    ...[
      'µm',
      'μm',
      '\\u00B5m',
      '\\u03BCm',
      '\\u03bcm',
      'um',
      'um ',
      'um.',
      'micron',
      'microns',
      'Micron',
    ].map((name) => [name, 1] as const),
    ...['micrometer', 'micrometers', 'micrometre', 'micrometres'].map((name) => [name, 1] as const),
    ...['nm', 'nanometer', 'nanometers', 'nanometres'].map((name) => [name, 1e-3] as const),
    ...['Å', '\u212B', '\\u00C5', '\\u212B', 'angstrom', 'Angstroms'].map((name) => [name, 1e-4] as const),
    ...['pm', 'picometers'].map((name) => [name, 1e-6] as const),
    ...['mm', 'millimeters', 'millimetres'].map((name) => [name, 1e3] as const),
    ...['cm', 'centimeters'].map((name) => [name, 1e4] as const),
    ...['m', 'meter', 'metres'].map((name) => [name, 1e6] as const),
    ...['in', 'inch', 'inches', '"'].map((name) => [name, 25400] as const),
    // The other units of OME-XML: 72 points, and 12 lines, are an inch.
    ...([
      ['fm', 1e-9],
      ['dm', 1e5],
      ['dam', 1e7],
      ['hm', 1e8],
      ['km', 1e9],
      ['thou', 25.4],
      ['pt', 25400 / 72],
      ['li', 25400 / 12],
      ['ft', 304_800],
      ['yd', null],
    ] as const),
    ...['pixel', 'pixels', '', ' ', 's', 'ms', 'reference frame', 'constructor', 'toString'].map(
      (name) => [name, null] as const,
    ),
  ])('%j', (name, um) => {
    expect(unitInUm(name)).toBe(um);
  });
});

describe('the pixel size in ImageJ files', () => {
  const one = (um: number): PixelSizeUm => ({ y: 2 * um, x: um / 2 });
  test.each([
    ['unit=\\u03BCm\n', one(1)],
    ['unit=\\u00C5\n', one(1e-4)],
    ['unit=micrometers\n', one(1)],
    ['unit=mm\n', one(1e3)],
    ['unit=nm\nyunit=micron\n', { y: 2, x: 0.0005 }],
    ['unit=micron\nyunit=nm\nzunit=micron\n', { y: 0.002, x: 0.5 }],
    ['unit=micron\nyunit=\n', one(1)],
    ['unit=micron\nyunit=pixel\n', null],
    ['unit=pixel\n', null],
    ['unit=\n', null],
    ['', null],
  ])('%j', async (lines, right) => {
    expectSize(await sizeOf(`ImageJ=1.54p\n${lines}loop=false\n`, 1), right);
  });

  test('a printer’s resolution is none, whichever program wrote the file', async () => {
    const dpi = { x: [300, 1], y: [300, 1] } as const;
    for (const description of ['ImageJ=1.54p\nunit=inch\n', 'ImageJ=1.54p\n', undefined])
      expect(await sizeOf(description, 2, dpi)).toBeNull();
    const perCm = { x: [118, 1], y: [118, 1] } as const;
    for (const description of ['ImageJ=1.54p\nunit=cm\n', undefined])
      expect(await sizeOf(description, 3, perCm)).toBeNull();
    // 50 800 pixels per inch are plausible for a microscope.
    const fine = { x: [50_800, 1], y: [50_800, 1] } as const;
    for (const description of ['ImageJ=1.54p\nunit=inch\n', undefined])
      expectSize(await sizeOf(description, 2, fine), { y: 0.5, x: 0.5 });
  });
});

describe('the files of other programs', () => {
  const right: Readonly<Record<string, PixelSizeUm | null>> = {
    'imagej-unit/mu-greek.tif': { y: 0.5, x: 0.5 },
    'imagej-unit/angstrom.tif': { y: 0.00005, x: 0.00005 },
    'imagej-unit/micrometers.tif': { y: 0.5, x: 0.5 },
    'imagej-unit/micrometres.tif': { y: 0.5, x: 0.5 },
    'imagej-unit/nanometers.tif': { y: 0.0005, x: 0.0005 },
    'imagej-unit/micron.tif': { y: 0.5, x: 0.5 },
    'imagej-unit/mu-micro.tif': { y: 0.5, x: 0.5 },
    'imagej-unit/um-dot.tif': { y: 0.5, x: 0.5 },
    'imagej-unit/pixel.tif': null,
    'imagej-unit/empty.tif': null,
    'imagej-yunit/nm-x_um-y.tif': { y: 2, x: 0.0005 },
    'imagej-unit-inch/dpi300.tif': null,
  };
  for (const [file, size] of Object.entries(right)) {
    test.skipIf(!existsSync(cases + file))(file, async () => {
      const bytes = new Uint8Array(readFileSync(cases + file));
      expectSize((await readTiff(bytes, file)).pixelSizeUm, size);
    });
  }
});

describe('what is written', () => {
  /**
   * The unit that ImageJ assumes for the tags, and pixels per unit. The unit in its description does not
   * convert them.
   */
  function asImageJ(bytes: Uint8Array): { unit: string; perX: number; perY: number; tagUnit: number } {
    const [page] = utif.decode(bytes.slice().buffer) as unknown as Record<string, unknown[]>[];
    const description = String(page!.t270![0]);
    return {
      unit: /^unit=(.*)$/m.exec(description)?.[1] ?? '',
      perX: page!.t282![0] as number,
      perY: page!.t283![0] as number,
      tagUnit: page!.t296![0] as number,
    };
  }
  const labels = { height: 2, width: 3, data: Int32Array.of(0, 1, 1, 2, 2, 0) };

  test.each([
    { y: 0.325, x: 0.65 },
    { y: 1 / 3, x: 0.16125 },
    { y: 0.00001, x: 0.0005 },
    { y: 150, x: 84.67 },
    { y: 25_400, x: 1 },
  ])('label TIFFs count pixels per micron, at %o µm', async (pixelSizeUm) => {
    const bytes = labelTiff(labels, pixelSizeUm);
    const { unit, perX, perY, tagUnit } = asImageJ(bytes);
    expect({ unit, tagUnit }).toEqual({ unit: 'micron', tagUnit: 1 });
    expect(perX * pixelSizeUm.x).toBeCloseTo(1, 8);
    expect(perY * pixelSizeUm.y).toBeCloseTo(1, 8);
    expectSize((await readTiff(bytes, 'labels.tif')).pixelSizeUm, pixelSizeUm);
  });

  test('without a pixel size there is no unit', async () => {
    const bytes = labelTiff(labels, null);
    expect(Buffer.from(bytes).includes('unit=')).toBe(false);
    expect((await readTiff(bytes, 'labels.tif')).pixelSizeUm).toBeNull();
  });

  test('tags of OME-TIFF count pixels per cm, and say what its description says', () => {
    const raster = {
      height: 1,
      width: 2,
      dtype: 'uint8' as const,
      sizes: { t: 1, z: 1, c: 2 },
      planes: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)],
      channelNames: ['a', 'b'],
      pixelSizeUm: { y: 0.325, x: 0.0005 },
    };
    const { perX, perY, tagUnit } = asImageJ(writeTiff(raster));
    expect(tagUnit).toBe(3);
    expect(perX).toBeCloseTo(1e4 / 0.0005, 5);
    expect(perY).toBeCloseTo(1e4 / 0.325, 5);
  });
});
