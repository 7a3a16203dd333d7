import { expect, test } from 'vitest';
import { positions } from '../../src-main/contract/fields.ts';
import { cellEdit } from '../../src-main/contract/review-document.ts';

const accepts = (edit: object): boolean => cellEdit.safeParse(edit).success;
const brush = { kind: 'brush', id: 1, radiusPx: 5, mode: 'add', push: false };

test('positions of an edit are numbers of which neighbours are less than a pixel apart', () => {
  expect(accepts({ ...brush, path: Float32Array.of(3, 4, 5, 6) })).toBe(true);
  for (const hostile of [NaN, Infinity, 3e38, -2e9]) {
    const path = Float32Array.of(3, hostile, 5, 6);
    for (const edit of [
      { ...brush, path },
      { kind: 'lasso', path, push: false },
      { kind: 'cut', ids: null, path },
      { kind: 'mergeAcross', path },
      { kind: 'redraw', id: 1, path, push: false },
      { kind: 'split', id: 1, points: path },
    ])
      expect(accepts(edit), `${edit.kind} at ${hostile}`).toBe(false);
    expect(positions.safeParse(path).success).toBe(false);
  }
});

test('an edit of cells names a cell once, and paints, reaches and splits a bounded amount', () => {
  expect(accepts({ kind: 'smooth', ids: [1, 2] })).toBe(true);
  expect(accepts({ kind: 'smooth', ids: [1, 2, 1] })).toBe(false);
  expect(accepts({ kind: 'lasso', path: new Float32Array(200_002), push: false })).toBe(false);
  expect(accepts({ ...brush, radiusPx: 10_000, path: new Float32Array(2) })).toBe(true);
  expect(accepts({ ...brush, radiusPx: 10_000, path: new Float32Array(200) })).toBe(false);
  expect(accepts({ kind: 'split', id: 1, points: new Float32Array(2 * 254) })).toBe(true);
  expect(accepts({ kind: 'split', id: 1, points: new Float32Array(2 * 255) })).toBe(false);
});
