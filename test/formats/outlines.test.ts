import { describe, expect, test } from 'vitest';
import { labelsByName, outlinesOf, splitAtTouchingCorners } from '../../src-main/formats/outlines.ts';
import { ringArea } from '../../src-main/imaging/contours/ring-area.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { exampleLabels } from './example-labels.ts';

/** A label image by rows of digits. */
function labelsFrom(...rows: string[]): { height: number; width: number; data: Int32Array } {
  return { height: rows.length, width: rows[0]!.length, data: Int32Array.from(rows.join(''), Number) };
}

test('holes lie in their piece, and a piece may lie in a hole of another', () => {
  const labels = labelsFrom('11111', '10001', '10101', '10001', '11111');
  const [outline] = outlinesOf(traceContours(labels));
  const areas = outline!.pieces.map(({ outer, holes }) => [ringArea(outer), ...holes.map(ringArea)]);
  expect(areas.sort((a, b) => b[0]! - a[0]!)).toEqual([[25, -9], [1]]);
});

describe('rings that touch themselves are split', () => {
  test.each([
    // The upper left pixel is outside, the one in the middle inside the ring; they meet at a corner.
    ['a hole that meets the outside at a corner', ['011', '101', '111'], [8, -1]],
    ['two holes that meet at a corner', ['1111', '1011', '1101', '1111'], [16, -1, -1]],
  ])('%s', (_, rows, areas) => {
    const labels = labelsFrom(...rows);
    const [outline] = outlinesOf(splitAtTouchingCorners(traceContours(labels)));
    expect(outline!.pieces).toHaveLength(1);
    const { outer, holes } = outline!.pieces[0]!;
    expect([ringArea(outer), ...holes.map(ringArea)]).toEqual(areas);
    for (const ring of [outer, ...holes]) {
      const corners = Array.from({ length: ring.length / 2 }, (__, i) => `${ring[2 * i]},${ring[2 * i + 1]}`);
      expect(new Set(corners).size).toBe(corners.length);
    }
  });

  test('others stay as they are', () => {
    const contours = traceContours(exampleLabels());
    expect(splitAtTouchingCorners(contours)).toEqual(contours);
  });
});

test('names that are all different numbers are labels, others are counted', () => {
  expect(labelsByName(['0007', '3'])).toEqual([7, 3]);
  expect(labelsByName(['7', '7'])).toEqual([1, 2]);
  expect(labelsByName(['7', null, 'x'])).toEqual([1, 2, 3]);
  expect(labelsByName(['0', '1'])).toEqual([1, 2]);
});
