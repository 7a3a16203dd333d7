import { expect, it } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { answersTo, listedCells } from './answer-cells.ts';

/** A label image with one 3 × 3 cell per position, labelled from 1. */
function squaresAt(positions: readonly (readonly [number, number])[]): LabelImage {
  const data = new Int32Array(20 * 20);
  positions.forEach(([top, left], k) => {
    for (let y = top; y < top + 3; y++) data.fill(k + 1, y * 20 + left, y * 20 + left + 3);
  });
  return { height: 20, width: 20, data };
}

it('a simulated person looks at the cells of the list in Review, worst first', () => {
  const scores = Float32Array.of(0.9, 0.1, 0.2, 0.6);
  const areas = Float32Array.of(9, 9, 9, 9);
  // Review hides the cell with a score of 0.1. One exactly at the minimum is shown.
  expect(listedCells([5, 6, 7, 8], scores, areas, 0.2)).toEqual([7, 8, 5]);
});

it('by hand: a good outline is accepted, a bad one redrawn, a wrong cell rejected, a missed one added', () => {
  const truth = squaresAt([
    [1, 1],
    [1, 10],
    [10, 1],
  ]);
  const found = squaresAt([
    [1, 1],
    [2, 10], // two of three rows agree: 6 of 12 px
    [14, 14],
  ]);
  const at = new Map([
    [1, { y: 2.5, x: 2.5 }],
    [2, { y: 3.5, x: 11.5 }],
    [3, { y: 15.5, x: 15.5 }],
  ]);
  const answers = answersTo(found, truth, at, [3, 2, 1]);
  expect(answers).toMatchObject([
    { kind: 'judge', id: 3, state: 'rejected' },
    { kind: 'add', mask: { top: 10, left: 1, height: 3, width: 3 } },
    { kind: 'edit', id: 2, mask: { top: 1, left: 10, height: 3, width: 3 } },
    { kind: 'judge', id: 1, state: 'accepted' },
  ]);
});
