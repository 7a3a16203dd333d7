import { expect, test } from 'vitest';
import type { ContourSet } from '../../../src-main/contract/pixels.ts';
import { ContourIndex } from '../../../src-renderer/viewer/contour-index.ts';
import { changeOf, replaceContours } from '../../../src-renderer/viewer/replace-contours.ts';

/** Squares of 4 px side, one per label, at x = 10 · label. */
function squares(labels: readonly number[], top = 0): ContourSet {
  return {
    points: Float32Array.from(
      labels.flatMap((label) => {
        const left = 10 * label;
        return [top, left, top, left + 4, top + 4, left + 4, top + 4, left];
      }),
    ),
    ringStarts: Uint32Array.from({ length: labels.length + 1 }, (_, ring) => 4 * ring),
    ringLabels: Uint32Array.from(labels),
  };
}
const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

test('contours of some labels are replaced, removed and added, in the order of labels', () => {
  const set = replaceContours(squares([1, 2, 4]), squares([2, 3], 50), new Set([2, 3, 4]));
  expect(set).toEqual({
    ...squares([1, 2, 3]),
    points: Float32Array.of(...squares([1]).points, ...squares([2, 3], 50).points),
  });
});

test('edits one after the other are one small difference from the cells at first', () => {
  const first = squares(hundred);
  const once = replaceContours(first, squares([7], 50), new Set([7]));
  const twice = replaceContours(once, squares([7, 101], 80), new Set([7, 9, 101]));
  expect(changeOf(first)).toBeNull();
  const change = changeOf(twice)!;
  expect(change.earlier).toBe(first);
  expect([...change.replaced].sort((a, b) => a - b)).toEqual([7, 9, 101]);
  expect(change.fresh).toEqual(squares([7, 101], 80));
  // The index of the difference finds what an index of all cells finds.
  const index = ContourIndex.of(twice);
  expect([index.labelAt(2, 72), index.labelAt(82, 72), index.labelAt(2, 92)]).toEqual([null, 7, null]);
  expect([index.labelAt(82, 1012), index.labelAt(2, 502)]).toEqual([101, 50]);
  expect(index.box(9)).toBeNull();
  expect(ContourIndex.of(first).labelAt(2, 72)).toBe(7);
});

test('after many changes a set counts as new, so that not too much is painted twice', () => {
  const many = hundred.slice(0, 11);
  expect(changeOf(replaceContours(squares(hundred), squares(many, 50), new Set(many)))).toBeNull();
});
