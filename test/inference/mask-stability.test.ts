import { expect, test } from 'vitest';
import { maskStability } from '../../src-main/inference/mask-stability.ts';

test('the share of the wider mask that the narrower keeps', () => {
  // Above −2: six; above 2: three.
  expect(maskStability(Float32Array.of(-5, -2.5, -1.9, 0, 1.9, 2.1, 7, 15), 0)).toBe(3 / 6);
  // Above −1 and 3.
  expect(maskStability(Float32Array.of(-5, -2.5, -1.9, 0, 1.9, 2.1, 7, 15), 1)).toBe(2 / 5);
});

test('a clear outline is 1, a mask nowhere sure 0, no mask 0', () => {
  expect(maskStability(Float32Array.of(-15, -15, 15), 0)).toBe(1);
  expect(maskStability(Float32Array.of(0.5, 1, 1.5), 0)).toBe(0);
  expect(maskStability(Float32Array.of(-9, -9), 0)).toBe(0);
});
