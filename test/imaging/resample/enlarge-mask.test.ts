import { expect, test } from 'vitest';
import { packMask, unpackMask } from '../../../src-main/contract/packed-mask.ts';
import { traceContours } from '../../../src-main/imaging/contours/trace-contours.ts';
import { enlargeContours, enlargeMask } from '../../../src-main/imaging/resample/enlarge-mask.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';

const [rows, columns] = [6, 9];
const random = new SeededRandom(1, 'mask');
const small = {
  height: rows,
  width: columns,
  data: Uint8Array.from({ length: rows * columns }, () => (random.uniform(0, 1) < 0.5 ? 1 : 0)),
};

test.each([
  [1, { height: 6, width: 9 }],
  [2, { height: 12, width: 18 }],
  [3, { height: 16, width: 25 }],
  [4, { height: 21, width: 36 }],
])('in blocks of %i px every pixel gets the value of its block', (side, size) => {
  const { data } = unpackMask(enlargeMask(packMask(small), side, size));
  const expected = Array.from(
    { length: size.height * size.width },
    (_, i) =>
      small.data[
        Math.floor(Math.floor(i / size.width) / side) * columns + Math.floor((i % size.width) / side)
      ],
  );
  expect([...data]).toEqual(expected);
  // The outlines of blocks are those of the mask they make.
  expect(enlargeContours(traceContours(small), side, size)).toEqual(traceContours({ ...size, data }));
});

test('a mask that does not cover the image is refused', () => {
  expect(() => enlargeMask(packMask(small), 2, { height: 13, width: 18 })).toThrow(
    'a mask of 6 × 9 in blocks of 2 px does not cover 13 × 18 px',
  );
});
