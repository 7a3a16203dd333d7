import { expect, test } from 'vitest';
import { pinchOf } from '../../../src-renderer/viewer/pinch.ts';

test('fingers that part to twice their distance zoom by two around the place between them', () => {
  const before = [
    { x: 10, y: 20 },
    { x: 40, y: 60 }, // 50 px apart
  ] as const;
  const after = [before[0], { x: 70, y: 100 }] as const; // 100 px
  expect(pinchOf(before, after)).toEqual({ factor: 2, middle: { x: 40, y: 60 }, moved: { x: 15, y: 20 } });
});

test('fingers that keep their distance only pan; fingers at one place do not zoom without end', () => {
  const at = (x: number, y: number) =>
    [
      { x, y },
      { x: x + 30, y },
    ] as const;
  expect(pinchOf(at(0, 0), at(7, -2))).toMatchObject({ factor: 1, moved: { x: 7, y: -2 } });
  const one = { x: 5, y: 5 };
  expect(pinchOf([one, one], at(0, 0)).factor).toBe(30);
});
