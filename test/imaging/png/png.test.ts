import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { readPng } from '../../fixtures/read-whole.ts';
import { writePng } from '../../../src-main/imaging/png/write-png.ts';
import { planesMd5 } from '../tiff/planes-md5.ts';

const folder = fileURLToPath(new URL('../../golden/png/', import.meta.url));
const goldens = JSON.parse(readFileSync(`${folder}index.json`, 'utf8')) as {
  file: string;
  dtype: string;
  height: number;
  width: number;
  channelNames: string[];
  md5: string;
}[];
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(folder + file));

async function refusal(bytes: Uint8Array): Promise<LacssError> {
  try {
    await readPng(bytes, 'x.png');
  } catch (error) {
    if (error instanceof LacssError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('files written by Pillow', () => {
  test.each(goldens)('$file', async (golden) => {
    const raster = await readPng(bytesOf(golden.file), golden.file);
    const { dtype, height, width, channelNames } = raster;
    expect({ file: golden.file, dtype, height, width, channelNames, md5: planesMd5(raster) }).toEqual(golden);
  });
});

test.each(goldens)('$file cut short is refused, wherever it ends', async ({ file }) => {
  const bytes = bytesOf(file);
  for (let length = 0; length < bytes.length - 12; length += 7) {
    const error = await refusal(bytes.subarray(0, length));
    expect(error.code).toBe(length < 8 ? 'file-unsupported' : 'file-damaged');
    expect(error.message).toContain('x.png');
  }
});

test('a byte that changed is found by its checksum', async () => {
  const bytes = bytesOf('grey16.png');
  bytes[60]! ^= 1;
  expect((await refusal(bytes)).code).toBe('file-damaged');
});

test('a header that claims a huge image is refused before anything is allocated', async () => {
  const bytes = bytesOf('grey8.png');
  const view = new DataView(bytes.buffer);
  view.setUint32(16, 100_000);
  view.setUint32(20, 100_000);
  expect((await refusal(bytes)).code).toBe('file-unsupported');
  // Interlaced pixels are decoded as a whole.
  view.setUint32(16, 16_000);
  view.setUint32(20, 16_000);
  bytes[28] = 1;
  expect((await refusal(bytes)).message).toContain('would take 1954 MB of memory');
});

test.each([
  [1, 8],
  [3, 8],
  [4, 8],
  [1, 16],
  [3, 16],
] as const)('what is written is read back: %i channels of %i bits', async (channels, bits) => {
  const height = 5;
  const width = 7;
  const data =
    bits === 8 ? new Uint8Array(height * width * channels) : new Uint16Array(height * width * channels);
  for (let i = 0; i < data.length; i++) data[i] = i * 4099;
  const { planes } = await readPng(writePng({ height, width, channels, data }), 'x.png');
  expect(Array.from(data, (_, i) => planes[i % channels]![Math.floor(i / channels)]!)).toEqual([...data]);
});

test('a mask of one colour is written', async () => {
  const data = new Uint8Array(64 * 64).fill(255);
  const { planes } = await readPng(writePng({ height: 64, width: 64, channels: 1, data }), 'x.png');
  expect(planes[0]).toEqual(data);
});

test('data of another length are an error', () => {
  const data = new Uint8Array(10);
  expect(() => writePng({ height: 3, width: 3, channels: 1, data })).toThrow(
    'data of 10 values, expected 3 × 3 × 1',
  );
});
