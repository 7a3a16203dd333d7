import { describe, expect, test } from 'vitest';
import {
  float32At,
  float64At,
  int32At,
  itemAt,
  missing,
  numberAt,
  tupleOf,
  uint16At,
  uint32At,
  uint8At,
} from '../../src-main/contract/elements.ts';

describe('an element of an array', () => {
  const readers: [string, (index: number) => number][] = [
    ['numberAt', (index) => numberAt([5, 0, NaN], index)],
    ['float32At', (index) => float32At(Float32Array.of(5, 0, NaN), index)],
    ['float64At', (index) => float64At(Float64Array.of(5, 0, NaN), index)],
    ['uint8At', (index) => uint8At(Uint8Array.of(5, 0, 255), index)],
    ['uint16At', (index) => uint16At(Uint16Array.of(5, 0, 65_535), index)],
    ['uint32At', (index) => uint32At(Uint32Array.of(5, 0, 2 ** 32 - 1), index)],
    ['int32At', (index) => int32At(Int32Array.of(5, 0, -1), index)],
  ];

  test.each(readers)('%s reads the first and the zero after it', (_, read) => {
    expect([read(0), read(1)]).toEqual([5, 0]);
  });

  test.each(readers)('%s refuses an index before, beyond and between', (_, read) => {
    for (const index of [-1, 3, 0.5, NaN])
      expect(() => read(index)).toThrow(`Expected an index below 3, received ${index}`);
  });

  test('NaN is a number, not a missing element', () => {
    expect([numberAt([NaN], 0), float32At(Float32Array.of(NaN), 0)]).toEqual([NaN, NaN]);
  });
});

describe('an item of a list', () => {
  test('may be undefined or null if the list has it', () => {
    expect(itemAt([undefined, null], 0)).toBeUndefined();
    expect(itemAt([undefined, null], 1)).toBeNull();
  });

  test('is refused beyond the end, and where a list has a hole', () => {
    expect(() => itemAt(['a'], 1)).toThrow(RangeError);
    expect(() => itemAt(new Array<string>(2), 1)).toThrow(RangeError);
  });
});

test('what is missing is named', () => {
  expect(() => missing([1, 2], 7)).toThrow(new RangeError('Expected an index below 2, received 7'));
});

describe('a list as a tuple', () => {
  test('has the items of the list', () => {
    const [height, width, channels] = tupleOf([480, 640, 3], 3);
    expect({ height, width, channels }).toEqual({ height: 480, width: 640, channels: 3 });
  });

  test('is refused if the list is shorter or longer', () => {
    expect(() => tupleOf([480, 640], 3)).toThrow('Expected 3 elements, received 2: [480,640]');
    expect(() => tupleOf([1, 2, 3, 4], 3)).toThrow(RangeError);
  });
});
