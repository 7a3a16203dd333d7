import { expect, test } from 'vitest';
import { differenceKinds } from '../../../../src-main/contract/metrics.ts';
import type { DifferenceKind } from '../../../../src-main/contract/metrics.ts';
import { exampleLines } from '../../../../src-renderer/stages/results/example-lines.ts';

/** A square of 10 px per kind, 20 px apart; labels from 1. */
function cells(...kinds: DifferenceKind[]) {
  const corners = kinds.flatMap((_, i) => [0, 20 * i, 0, 20 * i + 10, 10, 20 * i + 10, 10, 20 * i]);
  return {
    count: kinds.length,
    contours: {
      points: Float32Array.from(corners),
      ringStarts: Uint32Array.from({ length: kinds.length + 1 }, (_, i) => 4 * i),
      ringLabels: Uint32Array.from(kinds, (_, i) => i + 1),
    },
    kinds: Uint8Array.of(255, ...kinds.map((kind) => differenceKinds.indexOf(kind))),
  };
}

test('every false positive and every miss has its line, in the path of its kind', () => {
  const found = cells('agreeing', 'extra', 'extra', 'split', 'split', 'merged');
  const truth = cells('agreeing', 'missed', 'missed', 'missed', 'split', 'merged', 'merged');
  const counts = exampleLines({ found, truth }, 1).map(({ kind, isTruth, d }) => [
    `${isTruth ? 'true' : 'found'} ${kind}`,
    d.split('M').length - 1,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    'found agreeing': 1,
    'found extra': 2,
    'found split': 2,
    'found merged': 1,
    'true missed': 3,
    'true split': 1,
    'true merged': 2,
  });
});
