import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { decodeJpeg, type JpegBlock } from '../../../src-main/imaging/tiff/decode-jpeg.ts';
import { readTiff } from '../../fixtures/read-whole.ts';

const folder = fileURLToPath(new URL('../../golden/jpeg/', import.meta.url));
const goldens = JSON.parse(readFileSync(`${folder}index.json`, 'utf8')) as {
  file: string;
  height: number;
  width: number;
  samples: number;
  md5: string;
}[];
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(folder + file));
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const streams = goldens.filter(({ file }) => file.endsWith('.jpg'));
const blockOf = ({ height, width, samples }: Omit<(typeof goldens)[number], 'file' | 'md5'>): JpegBlock => ({
  width,
  largestHeight: height,
  samples,
  ycbcr: samples === 3,
});

describe('the very numbers of libjpeg', () => {
  test.each(streams)('$file', async (golden) => {
    const data = await decodeJpeg(bytesOf(golden.file), undefined, blockOf(golden));
    expect(data).toHaveLength(golden.height * golden.width * golden.samples);
    expect(md5(data)).toBe(golden.md5);
  });

  test.each(goldens.filter(({ file }) => file.endsWith('.tif')))(
    '$file',
    async ({ file, samples, ...golden }) => {
      const { planes, height, width } = await readTiff(bytesOf(file), file);
      const data = Uint8Array.from(
        { length: height * width * samples },
        (_, i) => planes[i % samples]![Math.floor(i / samples)]!,
      );
      expect({ height, width, md5: md5(data) }).toEqual(golden);
    },
  );
});

test.each(streams.filter(({ width }) => width > 16))(
  '$file cut short is an error, never grey',
  async (golden) => {
    const bytes = bytesOf(golden.file);
    // The end marker, two bytes, contains no pixels.
    for (let length = 2; length < bytes.length - 3; length += 97) {
      const cut = decodeJpeg(bytes.subarray(0, length), undefined, blockOf(golden));
      await expect(cut).rejects.toThrow('broken or incomplete');
    }
  },
);

test('three samples that the page calls RGB are left as they are', async () => {
  const golden = goldens.find(({ file }) => file === '444-16x16-q95.jpg')!;
  // Without the JFIF marker, which implies YCbCr: the bytes between the start and the first table.
  const whole = bytesOf(golden.file);
  const tables = whole.findIndex((byte, i) => byte === 0xff && whole[i + 1] === 0xdb);
  const bare = Uint8Array.from([0xff, 0xd8, ...whole.subarray(tables)]);
  const rgb = await decodeJpeg(bare, undefined, { ...blockOf(golden), ycbcr: true });
  const asStored = await decodeJpeg(bare, undefined, { ...blockOf(golden), ycbcr: false });
  expect(md5(rgb)).toBe(golden.md5);
  // ITU-R BT.601, full range: red = Y + 1.402 (Cr − 128).
  for (let i = 0; i < rgb.length; i += 3) {
    const red = asStored[i]! + 1.402 * (asStored[i + 2]! - 128);
    expect(Math.abs(rgb[i]! - Math.min(255, Math.max(0, red)))).toBeLessThan(1);
  }
});

test('a JPEG TIFF cut short is refused', async () => {
  const bytes = bytesOf('grey.tif');
  for (const part of [0.5, 0.8]) {
    const cut = bytes.subarray(0, Math.floor(bytes.length * part));
    await expect(readTiff(cut, 'grey.tif')).rejects.toBeInstanceOf(LacssError);
  }
});

test('another size than its strip is an error before anything is decoded', async () => {
  const expected = { width: 54, largestHeight: 37, samples: 3, ycbcr: true };
  await expect(decodeJpeg(bytesOf('444-37x53-q95.jpg'), undefined, expected)).rejects.toThrow(
    'a JPEG of 53 × 37 pixels of 3 samples of 8 bits, expected 54 × 37 of 3',
  );
});
