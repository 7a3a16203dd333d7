import { expect, test } from 'vitest';
import { outlinePath } from '../../../../src-renderer/stages/results/outline-path.ts';

/** Two cells: a square, and a triangle with a vertex beside another. */
const set = {
  points: Float32Array.of(0, 0, 0, 10, 10, 10, 10, 0, 20, 5, 20, 5.04, 30, 5, 30, 15),
  ringStarts: Uint32Array.of(0, 4, 8),
  ringLabels: Uint32Array.of(1, 2),
};

test('a path has x before y, and only the wanted cells', () => {
  expect(outlinePath(set, (label) => label === 1, 0)).toBe('M0 0L10 0L10 10L0 10Z');
  expect(outlinePath(set, () => false, 0)).toBe('');
});

test('vertices nearer than a step are left out', () => {
  expect(outlinePath(set, (label) => label === 2, 1)).toBe('M5 20L5 30L15 30Z');
});
