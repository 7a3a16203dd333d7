import { describe, expect, test } from 'vitest';
import { movement, reorder, sameInMemory, type Order } from '../../../src-main/engine/onnx/layout.ts';

/** The number at [a, b, c, d] of a tensor is its place in natural order. */
function numbered(shape: readonly number[]): Float32Array {
  return Float32Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, i) => i);
}

describe('channels in blocks', () => {
  // A map [1, 1, 2, 16]: pixel p, channel c is 16 p + c.
  const shape = [1, 1, 2, 16];

  test('a block holds its channels of one pixel after the other', () => {
    const blocked = reorder(numbered(shape), shape, 'natural', 'channels/8');
    expect(Array.from(blocked.subarray(0, 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 16, 17]);
    expect(Array.from(blocked.subarray(16, 26))).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 24, 25]);
  });

  test('one block of all channels is the natural order', () => {
    expect(sameInMemory(shape, 'natural', 'channels/16')).toBe(true);
    expect(sameInMemory(shape, 'natural', 'channels/8')).toBe(false);
    expect(sameInMemory([2, 1, 1, 16], 'channels-first', 'channels/8')).toBe(true);
  });
});

test('a filter in blocks: outputs innermost, then inputs, then taps', () => {
  // [1, 2, 8, 16]: tap t, input i, output o is 128 t + 16 i + o.
  const shape = [1, 2, 8, 16];
  const blocked = reorder(numbered(shape), shape, 'natural', 'filter/8');
  const at = (outBlock: number, tap: number, i: number, o: number): number =>
    blocked[((outBlock * 2 + tap) * 8 + i) * 8 + o]!;
  expect(at(0, 0, 0, 3)).toBe(3);
  expect(at(1, 0, 0, 3)).toBe(8 + 3);
  expect(at(0, 0, 5, 3)).toBe(16 * 5 + 3);
  expect(at(1, 1, 5, 3)).toBe(128 + 16 * 5 + 8 + 3);
});

const orders: Record<string, Order[]> = {
  map: ['natural', 'channels-first', 'channels/8', 'channels/16'],
  filter: ['natural', 'filter', 'filter/8', 'filter/16'],
};

test.each(Object.entries(orders))('every order of a %s and back', (kind, list) => {
  const shape = kind === 'map' ? [2, 3, 5, 32] : [3, 2, 16, 32];
  const numbers = numbered(shape);
  for (const from of list) {
    for (const to of list) {
      if (from !== to && !movable(from, to)) continue;
      const there = reorder(reorder(numbers, shape, 'natural', from), shape, from, to);
      expect(reorder(there, shape, to, 'natural')).toEqual(numbers);
    }
  }
});

/** Blocks of one size cannot go directly into blocks of another. */
function movable(from: Order, to: Order): boolean {
  return !from.includes('/') || !to.includes('/');
}

test('a movement is a reshape and a permutation', () => {
  expect(movement([2, 3, 5, 16], 'natural', 'channels/8')).toEqual({
    lengths: [2, 3, 5, 2, 8],
    perm: [0, 3, 1, 2, 4],
  });
});
