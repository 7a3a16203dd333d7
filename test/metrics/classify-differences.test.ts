import { expect, test } from 'vitest';
import { differenceKinds } from '../../src-main/contract/metrics.ts';
import { classifyDifferences } from '../../src-main/metrics/classify-differences.ts';
import { countOverlaps } from '../../src-main/metrics/count-overlaps.ts';

/** Cells side by side: each entry is a label and its length, in a row of pixels. */
function row(...runs: [label: number, length: number][]) {
  const data = Int32Array.from(runs.flatMap(([label, length]) => new Array<number>(length).fill(label)));
  return { height: 1, width: data.length, data };
}

function classify(found: ReturnType<typeof row>, truth: ReturnType<typeof row>) {
  const { foundKinds, truthKinds, differences, ious } = classifyDifferences(countOverlaps(found, truth));
  const named = (kinds: Uint8Array) => [...kinds].map((kind) => differenceKinds[kind]);
  return { found: named(foundKinds), truth: named(truthKinds), differences, ious };
}

test('cells with an IoU above one half agree', () => {
  // 8 shared of 8 + 10 − 8 = 10 px.
  expect(classify(row([1, 8], [0, 4]), row([7, 10], [0, 2]))).toEqual({
    found: ['agreeing'],
    truth: ['agreeing'],
    differences: [],
    ious: [0.8],
  });
});

test('a true cell without a found one is missed, a found cell without a true one is extra', () => {
  expect(classify(row([0, 6], [1, 4]), row([1, 4], [0, 6]))).toMatchObject({
    found: ['extra'],
    truth: ['missed'],
    differences: [
      { kind: 'missed', found: [], truth: [0] },
      { kind: 'extra', found: [0], truth: [] },
    ],
  });
});

test('at an IoU of exactly one half a cell is both missed and extra', () => {
  expect(classify(row([1, 5], [0, 5]), row([1, 10]))).toMatchObject({ found: ['extra'], truth: ['missed'] });
});

test('two true cells in one found cell are merged, with or without one of them agreeing', () => {
  // Half and half: no IoU above 0.5.
  expect(classify(row([1, 10]), row([1, 5], [2, 5]))).toMatchObject({
    found: ['merged'],
    truth: ['merged', 'merged'],
    differences: [{ kind: 'merged', found: [0], truth: [0, 1] }],
    ious: [],
  });
  // The larger one agrees: 7 of 10 px.
  expect(classify(row([1, 10]), row([1, 7], [2, 3]))).toMatchObject({
    found: ['merged'],
    truth: ['merged', 'merged'],
    differences: [{ kind: 'merged', found: [0], truth: [0, 1] }],
    ious: [0.7],
  });
});

test('two found cells in one true cell are a split', () => {
  expect(classify(row([1, 5], [2, 5]), row([1, 10]))).toMatchObject({
    found: ['split', 'split'],
    truth: ['split'],
    differences: [{ kind: 'split', found: [0, 1], truth: [0] }],
  });
  expect(classify(row([1, 7], [2, 3]), row([1, 10]))).toMatchObject({
    differences: [{ kind: 'split', found: [0, 1], truth: [0] }],
    ious: [0.7],
  });
});

test('merged and split come first, then missed, then extra, each in reading order', () => {
  const found = row([0, 4], [1, 4], [2, 10], [3, 5], [4, 5], [0, 4], [5, 4]);
  const truth = row([1, 4], [0, 4], [2, 5], [3, 5], [4, 10], [5, 4], [0, 4]);
  expect(classify(found, truth).differences.map(({ kind }) => kind)).toEqual([
    'merged',
    'split',
    'missed',
    'missed',
    'extra',
    'extra',
  ]);
});

test('swapping the sides swaps missed with extra, and merged with split', () => {
  const found = row([0, 4], [1, 4], [2, 10], [3, 5], [4, 5]);
  const truth = row([1, 4], [0, 4], [2, 5], [3, 5], [4, 10]);
  const swapped = { missed: 'extra', extra: 'missed', merged: 'split', split: 'merged' } as const;
  const there = classify(found, truth).differences.map(({ kind }) => swapped[kind]);
  const back = classify(truth, found).differences.map(({ kind }) => kind);
  expect(back.sort()).toEqual(there.sort());
});
