import { expect, test } from 'vitest';
import {
  countForeground,
  emptyPackedMask,
  fillBits,
  isForeground,
  packMask,
  unpackMask,
} from '../../src-main/contract/packed-mask.ts';

test('eight pixels a byte, the first in the lowest bit', () => {
  const data = Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 1, 1);
  expect(packMask({ height: 3, width: 3, data }).bits).toEqual(Uint8Array.of(1 + 4 + 128, 1));
});

test('unpacking gives the mask that was packed', () => {
  const data = Uint8Array.from({ length: 35 }, (_, i) => ((i * 7) % 3) & 1);
  expect(unpackMask(packMask({ height: 7, width: 5, data }))).toEqual({ height: 7, width: 5, data });
});

test('a range of pixels is filled, and no other', () => {
  for (let from = 0; from <= 27; from++) {
    for (let to = from; to <= 27; to++) {
      for (const value of [0, 1] as const) {
        const data = new Uint8Array(27).fill(1 - value);
        const mask = packMask({ height: 3, width: 9, data });
        fillBits(mask.bits, value, from, to);
        expect(unpackMask(mask).data).toEqual(data.fill(value, from, to));
      }
    }
  }
});

test('foreground is counted and looked up without unpacking', () => {
  const mask = emptyPackedMask(5, 5);
  expect(countForeground(mask)).toBe(0);
  fillBits(mask.bits, 1, 6, 19);
  expect(countForeground(mask)).toBe(13);
  expect([5, 6, 18, 19].map((index) => isForeground(mask, index))).toEqual([false, true, true, false]);
});
