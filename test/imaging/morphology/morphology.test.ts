import { expect, test } from 'vitest';
import type { Mask } from '../../../src-main/contract/pixels.ts';
import { distanceTransform } from '../../../src-main/imaging/morphology/distance-transform.ts';
import { erode } from '../../../src-main/imaging/morphology/erode.ts';
import { fillHoles } from '../../../src-main/imaging/morphology/fill-holes.ts';
import { removeSmall } from '../../../src-main/imaging/morphology/remove-small.ts';
import { drawn, expectClose, golden, mask } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

interface Oracle {
  mask: GoldenPlane;
  filled: GoldenPlane;
  withoutSmall: { minPixels: number; output: GoldenPlane };
  eroded: { radius: number; output: GoldenPlane }[];
  dilated: { radius: number; output: GoldenPlane }[];
  distance: GoldenPlane;
}

const oracle = golden<Oracle>('morphology');
const input = mask(oracle.mask);

function drawnMask(...rows: string[]): Mask {
  const { height, width, data } = drawn(...rows);
  return { height, width, data: Uint8Array.from(data) };
}

test('distanceTransform gives what scipy gives', () => {
  expectClose(distanceTransform(input), oracle.distance, 1e-6);
});

test('distances are infinite where nothing lies outside, and 0 outside', () => {
  expect([...distanceTransform(drawnMask('11', '11')).data]).toEqual(new Array(4).fill(Infinity));
  expect([...distanceTransform(drawnMask('..1')).data]).toEqual([0, 0, 1]);
});

test.each(oracle.eroded)('erode by $radius px gives what scipy gives', ({ radius, output }) => {
  expect(erode(input, radius)).toEqual(mask(output));
});

test.each(oracle.dilated)(
  'what erode by $radius px leaves of the background is what scipy dilates',
  ({ radius, output }) => {
    expect(complement(erode(complement(input), radius))).toEqual(mask(output));
  },
);

test('a mask does not shrink from the frame', () => {
  expect(erode(drawnMask('111.', '111.', '111.'), 1)).toEqual(drawnMask('11..', '11..', '11..'));
  expect(erode(drawnMask('11', '11'), 50)).toEqual(drawnMask('11', '11'));
  expect(() => erode(input, -1)).toThrow(/received -1/);
});

test('fillHoles gives what scipy gives', () => {
  expect(fillHoles(input)).toEqual(mask(oracle.filled));
});

test('fillHoles leaves larger holes and what opens to the edge', () => {
  const shape = drawnMask('1111111', '1.1..11', '1111111', '1.1.111');
  expect(fillHoles(shape, 1)).toEqual(drawnMask('1111111', '111..11', '1111111', '1.1.111'));
  expect(fillHoles(shape)).toEqual(drawnMask('1111111', '1111111', '1111111', '1.1.111'));
  expect(fillHoles(drawnMask('11', '11'))).toEqual(drawnMask('11', '11'));
});

test('removeSmall gives what skimage gives', () => {
  expect(removeSmall(input, oracle.withoutSmall.minPixels)).toEqual(mask(oracle.withoutSmall.output));
  expect(removeSmall(drawnMask('11.1', '...1'), 2)).toEqual(drawnMask('11.1', '...1'));
  expect(removeSmall(drawnMask('11.1', '....'), 2)).toEqual(drawnMask('11..', '....'));
});

function complement({ height, width, data }: Mask): Mask {
  return { height, width, data: data.map((value) => (value === 0 ? 1 : 0)) };
}
