import { expect, test } from 'vitest';
import { decodeLzw } from '../../../src-main/imaging/tiff/decode-lzw.ts';
import { decodePackBits } from '../../../src-main/imaging/tiff/decode-packbits.ts';
import { decodeZstd } from '../../../src-main/imaging/tiff/decode-zstd.ts';

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
  await expect(decodeZstd(bomb, 5)).rejects.toThrow('up to 1048576 bytes, expected 5');
  await expect(decodeZstd(Uint8Array.of(1, 2, 3, 4, 5, 6), 5)).rejects.toThrow('not a Zstandard frame');
});
