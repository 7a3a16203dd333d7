import { expect, it } from 'vitest';
import type { ImageArea, LabelImage, LabelRuns, Mask } from '../../src-main/contract/pixels.ts';
import { instanceLabels } from '../../src-main/imaging/label/instance-labels.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { runsOf } from '../../src-main/imaging/label/runs-of.ts';
import { agreedCells } from '../../src-main/training/agreed-cells.ts';
import { cutMask, cutSupervision } from '../../src-main/training/cut-supervision.ts';
import { exampleOfStep } from '../../src-main/training/example-order.ts';
import { keepApart, squareAt, squaresOf } from '../../src-main/training/kept-apart.ts';
import { supervisionOfParts } from '../../src-main/training/reviewed-cells.ts';
import { reviewedSupervision } from './reviewed-supervision.ts';

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
  const [learntData, keptData] = [labelImageOf(learnt.labels).data, labelImageOf(kept.labels).data];
  expect(labels.data.every((label, i) => learntData[i]! + keptData[i]! === label)).toBe(true);
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
  const mask = foreground!({ top: 0, left: 0, height: 24, width: 24 });
  const at = (y: number, x: number): number => mask.data[24 * y + x]!;
  expect([at(1, 1), at(4, 16), at(1, 14), at(14, 1)]).toEqual([1, 1, 0, 0]);
});

it('agreement: the surer half of the cells, and background far from any', () => {
  const labels = cellsAt(40, [
    [4, 4],
    [4, 20],
    [20, 4],
    [20, 20],
  ]);
  const none = { ...labels, data: new Int32Array(labels.data.length) };
  const corrected = { ...labels, data: none.data.slice() };
  corrected.data[20 * 40 + 4] = 1; // a person corrected the third cell
  const scores = Float32Array.from([0.9, 0.3, 0.8, 0.6]);
  const agreed = agreedCells({ labels, scores }, { labels: corrected, rejected: none });
  const { reviewed } = agreed;
  const foreground = agreed.foreground({ top: 0, left: 0, height: 40, width: 40 });
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

it('the parts of a large image say the same as the whole', () => {
  const size = 48;
  const all = Array.from({ length: 36 }, (_, i) => [8 * Math.floor(i / 6) + 2, 8 * (i % 6) + 3] as const);
  const labels = cellsAt(size, all);
  const only = (isWanted: (label: number) => boolean): LabelRuns =>
    runsOf({ ...labels, data: labels.data.map((label) => (isWanted(label) ? label : 0)) });
  const reviewed = {
    labels: only((label) => label % 3 === 1),
    rejected: only((label) => label % 5 === 0),
    allChecked: false,
    found: { pixels: 48, count: 12 },
  };
  const foreground = { ...labels, data: Uint8Array.from(labels.data, (label) => Math.min(label, 1)) };
  const locations = Float32Array.from(all.flatMap(([y, x]) => [y + 1, x + 1]));
  const parts = [0, 20].flatMap((top) => [0, 17].map((left) => ({ top, left, height: 20, width: 17 })));
  const wholeArea = { top: 0, left: 0, height: size, width: size };
  const inPart = (area: ImageArea): Mask => cutMask(foreground, area);

  const whole = reviewedSupervision(reviewed, { foreground, locations });
  const partOf = supervisionOfParts(reviewed, { foreground: inPart, locations });
  for (const area of parts) expect(partOf(area)).toEqual(cutSupervision(whole, area));

  const divided = keepApart({ ...reviewed, allChecked: true }, squaresOf(4, 1));
  const scores = Float32Array.from(all, (_, i) => ((7 * i) % 36) / 36);
  const agreed = agreedCells({ labels: runsOf(labels), scores }, reviewed);
  for (const known of [divided.foreground!, agreed.foreground])
    for (const area of parts) expect(known(area)).toEqual(cutMask(known(wholeArea), area));
});
