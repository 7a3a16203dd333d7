import { expect, it } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { instanceLabels } from '../../src-main/imaging/label/instance-labels.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { agreedCells } from '../../src-main/training/agreed-cells.ts';
import { exampleOfStep } from '../../src-main/training/example-order.ts';
import { keepApart, squareAt, squaresOf } from '../../src-main/training/kept-apart.ts';
import { reviewedSupervision } from '../../src-main/training/reviewed-cells.ts';

const random = (...keys: (string | number)[]): SeededRandom => new SeededRandom(3, ...keys);

/** A label image with one 2 × 2 cell per position, labelled from 1. */
function cellsAt(size: number, positions: readonly (readonly [number, number])[]): LabelImage {
  const data = new Int32Array(size * size);
  positions.forEach(([y, x], k) => {
    for (const at of [y * size + x, y * size + x + 1, (y + 1) * size + x, (y + 1) * size + x + 1])
      data[at] = k + 1;
  });
  return { height: size, width: size, data };
}

it('without rehearsal, examples are drawn in rounds, each once per round', () => {
  const groups = { learnt: 3, rehearsed: 0, rehearsalShare: 0.5 };
  const drawn = Array.from({ length: 9 }, (_, step) => exampleOfStep(step, groups, random));
  for (const start of [0, 3, 6]) expect(drawn.slice(start, start + 3).sort()).toEqual([0, 1, 2]);
  // Like trainings without rehearsal.
  expect(drawn.slice(0, 3)).toEqual([...random('order', 0).permutation(3)]);
});

it('with rehearsal, the steps that repeat are spread evenly, and both groups keep their rounds', () => {
  const groups = { learnt: 2, rehearsed: 4, rehearsalShare: 0.4 };
  const drawn = Array.from({ length: 40 }, (_, step) => exampleOfStep(step, groups, random));
  const repeated = drawn.filter((index) => index >= 2);
  expect(repeated).toHaveLength(16);
  for (let start = 0; start < 40; start += 5) {
    expect(drawn.slice(start, start + 5).filter((index) => index >= 2)).toHaveLength(2);
  }
  for (let round = 0; round < 4; round++) {
    expect(repeated.slice(4 * round, 4 * round + 4).sort()).toEqual([2, 3, 4, 5]);
  }
  const learnt = drawn.filter((index) => index < 2);
  for (let round = 0; round < 12; round++) {
    expect(learnt.slice(2 * round, 2 * round + 2).sort()).toEqual([0, 1]);
  }
});

it('every fifth square is kept apart, none beside another', () => {
  const squares = squaresOf(4, 0); // 12 px
  expect(squares.sidePx).toBe(12);
  // One cell in each of 10 × 10 squares.
  const positions = Array.from({ length: 100 }, (_, k): [number, number] => [
    12 * Math.floor(k / 10) + 4,
    12 * (k % 10) + 4,
  ]);
  const labels = cellsAt(120, positions);
  const rejected = { ...labels, data: new Int32Array(labels.data.length) };
  const { learnt, kept, keptCount } = keepApart({ labels, rejected, allChecked: false }, squares);
  expect(keptCount).toBe(20);
  const keptLabels = [...instanceLabels(kept.labels)];
  expect(keptLabels).toHaveLength(20);
  expect(instanceLabels(learnt.labels)).toHaveLength(80);
  const isKept = new Set(keptLabels);
  for (const label of keptLabels)
    for (const beside of [label - 10, label + 10]) expect(isKept.has(beside)).toBe(false);
  for (const label of keptLabels) if (label % 10 !== 0) expect(isKept.has(label + 1)).toBe(false);
  // No pixel is both learnt and kept.
  expect(labels.data.every((label, i) => learnt.labels.data[i]! + kept.labels.data[i]! === label)).toBe(true);
  // Later corrections do not move a square from one side to the other.
  const fewer = keepApart(
    { labels: cellsAt(120, positions.slice(0, 40)), rejected, allChecked: false },
    squares,
  );
  expect([...instanceLabels(fewer.kept.labels)]).toEqual(keptLabels.filter((label) => label <= 40));
  expect(squareAt(squares, 13, 30)).toBe('1,2');
});

it('nothing is kept apart where nothing else were left to learn', () => {
  const labels = cellsAt(24, [[4, 4]]);
  const rejected = { ...labels, data: new Int32Array(labels.data.length) };
  const { learnt, keptCount } = keepApart({ labels, rejected, allChecked: false }, squaresOf(4, 0));
  expect(keptCount).toBe(0);
  expect(learnt.labels).toBe(labels);
});

it('of a completely checked image the background is still learnt, but not in squares kept apart', () => {
  const labels = cellsAt(24, [
    [4, 4],
    [4, 16],
  ]);
  const rejected = { ...labels, data: new Int32Array(labels.data.length) };
  const { learnt, foreground, keptCount } = keepApart(
    { labels, rejected, allChecked: true },
    squaresOf(4, 0),
  );
  expect([keptCount, learnt.allChecked]).toEqual([1, false]);
  const at = (y: number, x: number): number => foreground!.data[24 * y + x]!;
  expect([at(1, 1), at(4, 16), at(1, 14), at(14, 1)]).toEqual([1, 1, 0, 0]);
});

it('agreement: the surer half of the cells, and background far from any', () => {
  const labels = cellsAt(40, [
    [4, 4],
    [4, 20],
    [20, 4],
    [20, 20],
  ]);
  const taken = { ...labels, data: new Uint8Array(labels.data.length) };
  taken.data[20 * 40 + 4] = 1; // a person corrected the third cell
  const scores = Float32Array.from([0.9, 0.3, 0.8, 0.6]);
  const { reviewed, foreground } = agreedCells({ labels, scores }, taken);
  // Median 0.8: the first is sure. The third would be, but a person has judged it.
  expect([...instanceLabels(reviewed.labels)]).toEqual([1]);
  // A quarter of a diameter of 2.26 px is 0.56 px. The next pixel is at a distance of 1 px, so it is
  // background.
  expect([foreground.data[4 * 40 + 4], foreground.data[4 * 40 + 6], foreground.data[4 * 40 + 20]]).toEqual([
    1, 0, 1,
  ]);
  const supervision = reviewedSupervision(reviewed, { foreground, locations: null });
  if (supervision.kind !== 'reviewed') throw new Error('expected reviewed supervision');
  expect([supervision.complete, supervision.found.count]).toEqual([false, 4]);
});
