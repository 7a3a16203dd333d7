import { expect, test } from 'vitest';
import { worstFirst } from '../../../src-main/tasks/review/review-view.ts';

test('low scores come first', () => {
  const order = worstFirst(Float32Array.of(0.9, 0.3, 0.6), Float32Array.of(100, 100, 100));
  expect([...order]).toEqual([1, 2, 0]);
});

test('a cell of four times the usual area is doubted as much as half a score', () => {
  // Doubts: 0.5; 0.1 + 0.25 · 2 = 0.6; 0.1.
  const order = worstFirst(Float32Array.of(0.5, 0.9, 0.9), Float32Array.of(100, 400, 100));
  expect([...order]).toEqual([1, 0, 2]);
});

test('nothing has no order', () => {
  expect(worstFirst(new Float32Array(0), new Float32Array(0))).toHaveLength(0);
});
