import { expect, test } from 'vitest';
import { packMask, unpackMask } from '../../src-main/contract/packed-mask.ts';

test('eight pixels a byte, the first pixel in the lowest bit', () => {
  const data = Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 1, 1);
  expect(packMask({ height: 3, width: 3, data }).bits).toEqual(Uint8Array.of(1 + 4 + 128, 1));
});

test('a mask arrives as it left', () => {
  const data = Uint8Array.from({ length: 7 * 5 }, (_, i) => Number(i % 3 === 0));
  expect(unpackMask(packMask({ height: 7, width: 5, data }))).toEqual({ height: 7, width: 5, data });
});
