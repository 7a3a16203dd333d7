import { expect, test } from 'vitest';
import { lookFromAfar, medianWidth } from '../../../src-renderer/viewer/from-afar.ts';

test('near shapes are lines alone, far ones a fill alone, and between both nothing jumps', () => {
  expect(lookFromAfar(40)).toEqual({ lines: 1, fill: 0 });
  expect(lookFromAfar(16)).toEqual({ lines: 1, fill: 0 });
  expect(lookFromAfar(3)).toEqual({ lines: 0, fill: 0.35 });
  const half = lookFromAfar(11);
  expect(half.lines).toBe(0.5);
  expect(half.fill).toBeCloseTo(0.175);
});

test('the width is the larger side of a ring; small holes and specks do not decide', () => {
  const square = (top: number, side: number) => [top, 0, top, side, top + side, side, top + side, 0];
  const set = {
    points: Float32Array.of(...square(0, 4), ...square(10, 90), ...square(200, 6)),
    ringStarts: Uint32Array.of(0, 4, 8, 12),
    ringLabels: Uint32Array.of(1, 2, 3),
  };
  // 90 of 100 px belong to the large ring.
  expect(medianWidth(set)).toBe(90);
  const equal = { ...set, points: Float32Array.of(...square(0, 4), ...square(10, 7), ...square(200, 6)) };
  expect(medianWidth(equal)).toBe(6);
  expect(
    medianWidth({ points: new Float32Array(), ringStarts: Uint32Array.of(0), ringLabels: new Uint32Array() }),
  ).toBe(0);
});
