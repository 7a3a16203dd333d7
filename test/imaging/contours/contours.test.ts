import { describe, expect, test } from 'vitest';
import type { ContourSet, LabelImage } from '../../../src-main/contract/pixels.ts';
import { outlineCells } from '../../../src-main/imaging/contours/outline-cells.ts';
import { ringArea } from '../../../src-main/imaging/contours/ring-area.ts';
import { traceContours } from '../../../src-main/imaging/contours/trace-contours.ts';
import { areas } from '../../../src-main/imaging/label/areas.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { drawn } from '../golden.ts';

const rings = ({ points, ringStarts, ringLabels }: ContourSet) =>
  [...ringLabels].map((label, r) => ({
    label,
    points: points.subarray(2 * ringStarts[r]!, 2 * ringStarts[r + 1]!),
  }));

/** A reproducible picture of many small touching instances, some with holes. */
function jumble(height: number, width: number, labelCount: number, seed: number): LabelImage {
  let state = seed;
  const data = new Int32Array(height * width);
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = Math.floor((state / 2 ** 32) * (labelCount + 1));
  }
  return { height, width, data };
}

test('one pixel gives its four corners, clockwise on the screen', () => {
  const contours = traceContours(drawn('..', '.5'));
  expect([...contours.points]).toEqual([1, 1, 1, 2, 2, 2, 2, 1]);
  expect([...contours.ringStarts]).toEqual([0, 4]);
  expect([...contours.ringLabels]).toEqual([5]);
});

test('a straight outline has vertices only where it turns, and a hole runs the other way', () => {
  const found = rings(traceContours(drawn('11111', '1...1', '1...1', '11111')));
  expect(found.map(({ points }) => points.length / 2)).toEqual([4, 4]);
  expect(found.map(({ points }) => ringArea(points))).toEqual([20, -6]);
});

test('pixels that touch at a corner have rings of their own', () => {
  const found = rings(traceContours(drawn('1.', '.1')));
  expect(found.map(({ points }) => ringArea(points))).toEqual([1, 1]);
});

test('a hole whose corner touches the outside stays a hole', () => {
  const found = rings(traceContours(drawn('111', '1.1', '11.')));
  expect(found.map(({ points }) => ringArea(points)).reduce((a, b) => a + b)).toBe(7);
});

test.each([1, 2, 9])('areas by shoelace equal the pixel counts in a jumble of %i labels', (labelCount) => {
  const labels = jumble(37, 41, labelCount, 7 + labelCount);
  const found = rings(traceContours(labels));
  const sums = new Array<number>(labelCount + 1).fill(0);
  for (const { label, points } of found) sums[label]! += ringArea(points);
  expect(sums.slice(1)).toEqual([...areas(labels)].slice(1));
  expect(found.map(({ label }) => label)).toEqual(found.map(({ label }) => label).sort((a, b) => a - b));
});

test('no instance, no ring', () => {
  expect(traceContours(drawn('...', '...'))).toEqual({
    points: new Float32Array(0),
    ringStarts: Uint32Array.of(0),
    ringLabels: new Uint32Array(0),
  });
});

describe('outlineCells', () => {
  test('an outline is rounded: a pixel is a square on its corner, a line of pixels keeps its sides', () => {
    const { points } = outlineCells(drawn('...', '.1.', '...'));
    expect([...points]).toEqual([1.25, 1.25, 1.25, 1.75, 1.75, 1.75, 1.75, 1.25]);
    expect([...outlineCells(drawn('111')).points]).toEqual([
      0.25, 0.25, 0, 1, 0, 2, 0.25, 2.75, 0.75, 2.75, 1, 2, 1, 1, 0.75, 0.25,
    ]);
  });

  test('a pixel’s centre is inside exactly when its pixel has the label, and on no outline', () => {
    const random = new SeededRandom(3, 'outlines');
    for (let round = 0; round < 60; round++) {
      const [height, width] = [1 + Math.floor(random.uniform() * 12), 1 + Math.floor(random.uniform() * 12)];
      const data = Int32Array.from({ length: height * width }, () => Math.floor(random.uniform() * 3));
      const set = outlineCells({ height, width, data });
      for (let i = 0; i < data.length; i++) {
        const [y, x] = [Math.floor(i / width) + 0.5, (i % width) + 0.5];
        for (const label of [1, 2]) expect(windings(set, label, y, x)).toBe(data[i] === label ? 1 : 0);
      }
    }
  });
});

/**
 * The winding number of a label's rings around a point, from the angles at the point. Throws if a ring passes
 * through it.
 */
function windings(
  { points, ringStarts, ringLabels }: ContourSet,
  label: number,
  y: number,
  x: number,
): number {
  let angle = 0;
  for (const [r, of] of ringLabels.entries()) {
    if (of !== label) continue;
    const [start, end] = [ringStarts[r]!, ringStarts[r + 1]!];
    for (let k = start, before = end - 1; k < end; before = k++) {
      const [ay, ax] = [points[2 * before]! - y, points[2 * before + 1]! - x];
      const [by, bx] = [points[2 * k]! - y, points[2 * k + 1]! - x];
      const [cross, dot] = [ax * by - ay * bx, ax * bx + ay * by];
      if (cross === 0 && dot <= 0) throw new RangeError(`an outline passes through ${y}, ${x}`);
      angle += Math.atan2(cross, dot);
    }
  }
  // Without negative zeros.
  return Math.round(angle / (2 * Math.PI)) + 0;
}
