import { expect, test } from 'vitest';
import { convertYcbcrToRgb } from '../../../src-main/imaging/tiff/decode-jpeg.ts';
import { decodeLzw } from '../../../src-main/imaging/tiff/decode-lzw.ts';
import { decodePackBits } from '../../../src-main/imaging/tiff/decode-packbits.ts';
import { decodeZstd } from '../../../src-main/imaging/tiff/decode-zstd.ts';
import { undoFloatingPointPredictor } from '../../../src-main/imaging/tiff/undo-predictor.ts';
import { unpackSamples } from '../../../src-main/imaging/tiff/unpack-samples.ts';
import type { PageLayout } from '../../../src-main/imaging/tiff/page-layout.ts';

function layoutOf(changes: Partial<PageLayout>): PageLayout {
  return {
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
    blockHeight: 1,
    blockWidth: 4,
    blocks: [],
    jpegTables: undefined,
    ...changes,
  };
}

/** Packs 9-bit codes from the high bit. */
function pack9(...codes: number[]): Uint8Array {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g)!, (byte) => parseInt(byte.padEnd(8, '0'), 2));
}

test('LZW: the example of TIFF 6.0, section 13: 7 7 7 8 8 7 7 6 6 becomes Clear 7 258 8 8 258 6 6 End', () => {
  const packed = pack9(256, 7, 258, 8, 8, 258, 6, 6, 257);
  expect([...decodeLzw(packed, 9)]).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
});

test('LZW: never writes more than it is asked for, and tells when there is less', () => {
  const packed = pack9(256, 7, 258, 259, 260, 257);
  // 7, 7 7, 7 7 7, 7 7 7 7.
  expect([...decodeLzw(packed, 5)]).toEqual([7, 7, 7, 7, 7]);
  expect(decodeLzw(packed, 50)).toHaveLength(1 + 2 + 3 + 4);
});

test('LZW: a code for a string that does not exist is an error', () => {
  expect(() => decodeLzw(pack9(256, 7, 300, 257), 9)).toThrow('LZW code 300, expected at most 258');
  expect(() => decodeLzw(pack9(256, 258, 257), 9)).toThrow(RangeError);
});

test("PackBits: the example of Apple's Technical Note TN1023", () => {
  const packed = Uint8Array.of(
    ...[0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa],
  );
  const plain = [
    ...[0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00],
    ...[0x2a, 0x22, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa],
  ];
  expect([...decodePackBits(packed, 24)]).toEqual(plain);
  expect([...decodePackBits(packed, 10)]).toEqual(plain.slice(0, 10));
  expect(decodePackBits(packed.subarray(0, 14), 24)).toHaveLength(14);
});

test('Zstandard: a stored block; what could become far more than is wanted is refused', async () => {
  // Magic number, a frame of one segment of 5 bytes, its last block: stored, 5 bytes.
  const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 5];
  const stored = Uint8Array.of(...frame, (5 << 3) | 1, 0, 0, 1, 2, 3, 4, 5);
  expect([...(await decodeZstd(stored, 5))]).toEqual([1, 2, 3, 4, 5]);
  // A block that repeats one byte 2²⁰ times.
  const run = ((2 ** 20) << 3) | (1 << 1) | 1;
  const bomb = Uint8Array.of(...frame, run & 0xff, (run >> 8) & 0xff, run >> 16, 0);
  await expect(decodeZstd(bomb, 5)).rejects.toThrow('may become 1048576 bytes, expected 5');
  await expect(decodeZstd(Uint8Array.of(1, 2, 3, 4, 5, 6), 5)).rejects.toThrow('no Zstandard frame');
});

test('floating-point predictor: bytes apart, most significant first, differenced', () => {
  // 1.0 = 3f 80 00 00 and -2.5 = c0 20 00 00: rows of bytes 3f c0 | 80 20 | 00 00 | 00 00.
  const apart = [0x3f, 0xc0, 0x80, 0x20, 0, 0, 0, 0];
  const differences = apart.map((byte, i) => (i === 0 ? byte : (byte - apart[i - 1]! + 256) % 256));
  const layout = layoutOf({ width: 2, blockWidth: 2, bits: 32, kind: 'float', predictor: 'floating-point' });
  const data = undoFloatingPointPredictor(Uint8Array.from(differences), layout);
  expect([...new Float32Array(data.buffer)]).toEqual([1, -2.5]);
});

test('12-bit samples: two in three bytes', () => {
  const layout = layoutOf({ width: 3, blockWidth: 3, bits: 12 });
  const data = Uint8Array.of(0xab, 0xcd, 0xef, 0x12, 0x30);
  expect([...unpackSamples(data, layout, 1)]).toEqual([0xabc, 0xdef, 0x123]);
});

test('24-bit integers, of either byte order', () => {
  const layout = layoutOf({ width: 1, blockWidth: 1, bits: 24 });
  expect([...unpackSamples(Uint8Array.of(1, 2, 3), layout, 1)]).toEqual([0x030201]);
  const big = { ...layout, littleEndian: false };
  expect([...unpackSamples(Uint8Array.of(1, 2, 3), big, 1)]).toEqual([0x010203]);
});

test('half and 24-bit reals', () => {
  const halves = layoutOf({ width: 6, blockWidth: 6, bits: 16, kind: 'float' });
  const data = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x3555).buffer);
  const thirdInHalf = (1024 + 0x155) * 2 ** -12;
  expect([...unpackSamples(data, halves, 1)]).toEqual([1, -2, 2 ** -24, 65504, Infinity, thirdInHalf]);
  const threeBytes = layoutOf({ width: 2, blockWidth: 2, bits: 24, kind: 'float' });
  // Sign 0, exponent 63, fraction 0 is 1; sign 1, exponent 64, fraction 0x4000 of 0x10000 is -2.5.
  expect([...unpackSamples(Uint8Array.of(0, 0, 63, 0, 0x40, 0xc0), threeBytes, 1)]).toEqual([1, -2.5]);
});

test('YCbCr: grey stays grey, red is red', () => {
  const data = Uint8Array.of(77, 128, 128, 76, 85, 255);
  convertYcbcrToRgb(data);
  expect([...data]).toEqual([77, 77, 77, 254, 0, 0]);
});
