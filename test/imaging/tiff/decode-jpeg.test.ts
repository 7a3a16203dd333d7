import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import { convertYcbcrToRgb, decodeJpeg } from '../../../src-main/imaging/tiff/decode-jpeg.ts';
import { decodeBaselineJpeg } from '../../../src-main/imaging/tiff/jpeg/decode-baseline.ts';
import { inverseDct } from '../../../src-main/imaging/tiff/jpeg/inverse-dct.ts';
import { upsample } from '../../../src-main/imaging/tiff/jpeg/upsample.ts';
import { readTiff } from '../../../src-main/imaging/tiff/read-tiff.ts';

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
const baseline = goldens.filter(({ file }) => /^(4\d\d|grey).*\.jpg$/.test(file));

describe('the very numbers of libjpeg', () => {
  test.each(baseline)('$file', (golden) => {
    const data = decodeBaselineJpeg([bytesOf(golden.file)]);
    if (golden.samples === 3) convertYcbcrToRgb(data);
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

test('a progressive JPEG is read through geotiff, within a level', async () => {
  const { height, width, samples } = goldens.find(({ file }) => file === 'progressive.jpg')!;
  const data = await decodeJpeg(bytesOf('progressive.jpg'), undefined, { height, width, samples });
  // The picture's red channel, of which the JPEG keeps all but fine noise.
  const errors = Array.from(data, (value, i) => {
    const noise = ((i * 3 * 7919) % 61) - 30;
    return value - Math.min(255, Math.max(0, 128 + 100 * Math.sin((i % width) / 5) + noise));
  });
  expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(1);
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(40);
});

test.each(baseline.filter(({ width }) => width > 16))(
  '$file cut short is an error, never grey',
  ({ file }) => {
    const bytes = bytesOf(file);
    // The end marker itself, two bytes, says nothing about the pixels.
    for (let length = 2; length < bytes.length - 3; length += 29) {
      expect(() => decodeBaselineJpeg([bytes.subarray(0, length)])).toThrow(RangeError);
    }
  },
);

test('a JPEG TIFF cut short is refused', async () => {
  const bytes = bytesOf('grey.tif');
  for (const part of [0.5, 0.8]) {
    const cut = bytes.subarray(0, Math.floor(bytes.length * part));
    await expect(readTiff(cut, 'grey.tif')).rejects.toBeInstanceOf(LacssError);
  }
});

test('another size than its strip is an error before anything is decoded', async () => {
  const expected = { height: 37, width: 54, samples: 3 };
  await expect(decodeJpeg(bytesOf('444-37x53-q95.jpg'), undefined, expected)).rejects.toThrow(
    'a JPEG of 53 × 37 pixels of 3 samples of 8 bits, expected 54 × 37 of 3',
  );
});

test('inverse cosine transform: a constant, and one cosine', () => {
  const out = new Uint8ClampedArray(64);
  const block = new Int32Array(64);
  block[0] = 80;
  inverseDct(block, out, 0, 8);
  // A coefficient of 80 at the origin is 80 / 8 everywhere, around 128.
  expect(new Set(out)).toEqual(new Set([138]));
  block.fill(0);
  block[1] = 200;
  inverseDct(block, out, 0, 8);
  const cosine = Array.from(
    { length: 8 },
    (_, x) => 128 + (200 / 8) * Math.SQRT2 * Math.cos(((2 * x + 1) * Math.PI) / 16),
  );
  expect([...out.subarray(0, 8)]).toEqual(cosine.map(Math.round));
});

describe('upsampling', () => {
  const samples = { data: Uint8ClampedArray.of(0, 40, 80), stride: 3, height: 1, width: 3 };

  test('twice as wide: three quarters and one', () => {
    const { data, width } = upsample(samples, 2, 1, 1, 6);
    expect(width).toBe(6);
    expect([...data]).toEqual([0, 10, 30, 50, 70, 80]);
  });

  test('twice as high', () => {
    const column = { data: Uint8ClampedArray.of(0, 40, 80), stride: 1, height: 3, width: 1 };
    expect([...upsample(column, 1, 2, 6, 1).data]).toEqual([0, 10, 30, 50, 70, 80]);
  });

  test('other ratios, and what is too narrow for the filter, are repeated', () => {
    expect([...upsample(samples, 4, 1, 1, 10).data]).toEqual([0, 0, 0, 0, 40, 40, 40, 40, 80, 80]);
    const narrow = { data: Uint8ClampedArray.of(10, 20), stride: 2, height: 1, width: 2 };
    expect([...upsample(narrow, 2, 1, 1, 4).data]).toEqual([10, 10, 20, 20]);
  });
});
