import { expect, test } from 'vitest';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';
import { readRegion } from '../../../src-main/imaging/tiff/read-page.ts';
import type { PageLayout } from '../../../src-main/imaging/tiff/page-layout.ts';

/** A page of one strip that begins at byte 0. */
async function decode(stored: readonly number[], changes: Partial<PageLayout>): Promise<number[][]> {
  const layout: PageLayout = {
    page: 1,
    littleEndian: true,
    height: 1,
    width: 4,
    samples: 1,
    bits: 8,
    kind: 'uint',
    compression: 'none',
    photometric: 'grey',
    separate: false,
    predictor: 'none',
    reverseBits: false,
    tiled: false,
    blockHeight: changes.height ?? 1,
    blockWidth: changes.width ?? 4,
    blocks: [{ start: 0, end: stored.length }],
    jpegTables: undefined,
    ...changes,
  };
  const region = { x: 0, y: 0, width: layout.width, height: layout.height };
  const samples = Array.from({ length: layout.samples }, (_, s) => s);
  const file = bytesInMemory(Uint8Array.from(stored));
  return (await readRegion(layout, file, 'x.tif', region, samples)).map((plane) => [...plane]);
}

test('floating-point predictor: bytes apart, most significant first, differenced, in either byte order', async () => {
  // 1.0 = 3f 80 00 00 and -2.5 = c0 20 00 00: rows of bytes 3f c0 | 80 20 | 00 00 | 00 00.
  const apart = [0x3f, 0xc0, 0x80, 0x20, 0, 0, 0, 0];
  const differences = apart.map((byte, i) => (i === 0 ? byte : (byte - apart[i - 1]! + 256) % 256));
  const page = { width: 2, bits: 32, kind: 'float', predictor: 'floating-point' } as const;
  expect(await decode(differences, page)).toEqual([[1, -2.5]]);
  expect(await decode(differences, { ...page, littleEndian: false })).toEqual([[1, -2.5]]);
});

test('horizontal predictor: differences wrap, in either byte order, sample by sample', async () => {
  const page = { width: 3, bits: 16, predictor: 'horizontal' } as const;
  // 2, 1, 256: differences 2, -1 = 0xffff, 255.
  expect(await decode([2, 0, 0xff, 0xff, 0xff, 0], page)).toEqual([[2, 1, 256]]);
  expect(await decode([0, 2, 0xff, 0xff, 0, 0xff], { ...page, littleEndian: false })).toEqual([[2, 1, 256]]);
  const pairs = { width: 2, samples: 2, predictor: 'horizontal' } as const;
  expect(await decode([10, 100, 1, 200], pairs)).toEqual([
    [10, 11],
    [100, 300 - 256],
  ]);
});

test('12-bit samples: two in three bytes, of one sample or of several side by side, rows on whole bytes', async () => {
  const stored = [0xab, 0xcd, 0xef, 0x12, 0x30, 0xff, 0xf0, 0x00, 0x10, 0x00];
  const page = { width: 3, height: 2, bits: 12 };
  const rows = [0xabc, 0xdef, 0x123, 0xfff, 0x000, 0x100];
  expect(await decode(stored, page)).toEqual([rows]);
  expect(await decode(stored, { ...page, littleEndian: false })).toEqual([rows]);
  const sideBySide = { ...page, width: 1, samples: 3, blockWidth: 1 };
  expect(await decode(stored, sideBySide)).toEqual([
    [0xabc, 0xfff],
    [0xdef, 0x000],
    [0x123, 0x100],
  ]);
});

test('24-bit integers, of either byte order', async () => {
  const page = { width: 2, bits: 24 };
  expect(await decode([1, 2, 3, 4, 5, 6], page)).toEqual([[0x030201, 0x060504]]);
  expect(await decode([1, 2, 3, 4, 5, 6], { ...page, littleEndian: false })).toEqual([[0x010203, 0x040506]]);
});

test('64-bit integers, one sample beside another and one after the other', async () => {
  const five = [5, 0, 0, 0, 0, 0, 0, 0];
  const minusOne = five.map(() => 0xff);
  const beside = { width: 1, samples: 2, bits: 64, kind: 'int' } as const;
  expect(await decode([...five, ...minusOne], beside)).toEqual([[5], [-1]]);
  const blocks = [
    { start: 0, end: 8 },
    { start: 8, end: 16 },
  ];
  const after = { ...beside, separate: true, blocks, littleEndian: false };
  expect(await decode([...minusOne, ...five.toReversed()], after)).toEqual([[-1], [5]]);
});

test('half and 24-bit reals', async () => {
  const stored = [...new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x3555).buffer)];
  const thirdInHalf = (1024 + 0x155) * 2 ** -12;
  const halves = { width: 6, bits: 16, kind: 'float' } as const;
  expect(await decode(stored, halves)).toEqual([[1, -2, 2 ** -24, 65504, Infinity, thirdInHalf]]);
  // Sign 0, exponent 63, fraction 0 is 1; sign 1, exponent 64, fraction 0x4000 of 0x10000 is -2.5.
  const threeBytes = { width: 2, bits: 24, kind: 'float' } as const;
  expect(await decode([0, 0, 63, 0, 0x40, 0xc0], threeBytes)).toEqual([[1, -2.5]]);
});

test('bits in reverse', async () => {
  expect(await decode([0b10000000, 0b00000011, 0, 1], { reverseBits: true })).toEqual([[1, 192, 0, 128]]);
});

test('a strip that ends early is refused, never filled in', async () => {
  const page = { width: 2, height: 3, bits: 16 };
  await expect(decode([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6], page)).rejects.toMatchObject({
    code: 'file-damaged',
    message: 'x.tif is damaged: rows 1–3 of page 1 cannot be decoded (their data end early).',
  });
});
