import { expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { writePng } from '../../src-main/imaging/png/write-png.ts';
import { readImage } from '../../src-main/imaging/read-image.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';

const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
const png = writePng({ height: 2, width: 3, channels: 1, data });
const tiff = writeTiff({
  height: 2,
  width: 3,
  dtype: 'uint8',
  sizes: { t: 1, z: 1, c: 1 },
  planes: [data],
  channelNames: ['Channel 1'],
  pixelSizeUm: null,
});

test.each([
  ['a PNG', png],
  ['a TIFF', tiff],
])('%s is known by its bytes, not by its name', async (_, bytes) => {
  expect((await readImage(bytes, 'wrong.jpg')).planes[0]).toEqual(data);
});

test.each([
  [
    new TextEncoder().encode('just a text'),
    'file-unsupported',
    'neither a TIFF nor a PNG',
    'Add TIFF or PNG images.',
  ],
  [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'file-unsupported', 'is a JPEG', 'OME-TIFF'],
  [new TextEncoder().encode('ZISRAWFILE'), 'file-unsupported', 'a Zeiss CZI file', 'Bio-Formats'],
  [new Uint8Array(0), 'file-damaged', 'is empty', 'Copy the file again'],
] as const)('what is neither is refused: %#', async (bytes, code, reason, remedy) => {
  const error: unknown = await readImage(bytes, 'plate/A1.tif').catch((refused: unknown) => refused);
  expect(error).toBeInstanceOf(LacssError);
  const refused = error as LacssError;
  expect(refused.code).toBe(code);
  expect(refused.message).toContain('plate/A1.tif');
  expect(refused.message).toContain(reason);
  expect(refused.remedy).toContain(remedy);
});
