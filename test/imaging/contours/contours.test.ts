import { expect, test } from 'vitest';
import type { ContourSet, LabelImage } from '../../../src-main/contract/pixels.ts';
import { isoContours } from '../../../src-main/imaging/contours/iso-contours.ts';
import { ringArea } from '../../../src-main/imaging/contours/ring-area.ts';
import { traceContours } from '../../../src-main/imaging/contours/trace-contours.ts';
import { areas } from '../../../src-main/imaging/label/areas.ts';
import { drawn, floatPlane, golden } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

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

test('isoContours passes through the same points as skimage.measure.find_contours', () => {
  const oracle = golden<{ patch: GoldenPlane; level: number; rings: number[][][] }>('iso-contours');
  const found = isoContours(floatPlane(oracle.patch), oracle.level);
  const summary = (area: number, count: number) => `${count} vertices, area ${Math.abs(area).toFixed(2)}`;
  expect(found.map((ring) => summary(ringArea(ring), ring.length / 2)).sort()).toEqual(
    oracle.rings.map((ring) => summary(ringArea(ring.flat()), ring.length)).sort(),
  );
  const byPlace = (a: readonly number[], b: readonly number[]) => a[0]! - b[0]! || a[1]! - b[1]!;
  const actual = found.flatMap((ring) =>
    [...ring].flatMap((y, i) => (i % 2 === 0 ? [[y, ring[i + 1]!]] : [])),
  );
  const expected = oracle.rings.flat();
  const rounded = (points: number[][]) =>
    points.map((p) => p.map((v) => Math.round(v * 1e3) / 1e3)).sort(byPlace);
  expect(actual).toHaveLength(expected.length);
  const a = rounded(actual);
  rounded(expected).forEach(([y, x], i) => {
    expect(a[i]![0]).toBeCloseTo(y!, 2);
    expect(a[i]![1]).toBeCloseTo(x!, 2);
  });
});

test('isoContours of a disk of known radius, placed in the image, has its area and centre', () => {
  const size = 24;
  const disk = { height: size, width: size, data: new Float32Array(size * size) };
  for (let i = 0; i < size * size; i++) {
    disk.data[i] = 10 - Math.hypot(Math.floor(i / size) - 11.5, (i % size) - 11.5);
  }
  const [ring, ...others] = isoContours(disk, 2, { y: -3, x: 100, stride: 2 });
  expect(others).toHaveLength(0);
  expect(ringArea(ring!) / (Math.PI * 16 ** 2)).toBeCloseTo(1, 2);
  const ys = ring!.filter((_, i) => i % 2 === 0);
  expect((Math.min(...ys) + Math.max(...ys)) / 2).toBeCloseTo((-3 + 12) * 2, 3);
});

test('isoContours closes along the edge of the patch what reaches it', () => {
  const [ring] = isoContours({ height: 3, width: 4, data: new Float32Array(12).fill(1) }, 0.5);
  const ys = ring!.filter((_, i) => i % 2 === 0);
  const xs = ring!.filter((_, i) => i % 2 === 1);
  expect([Math.min(...ys), Math.max(...ys), Math.min(...xs), Math.max(...xs)]).toEqual([0, 3, 0, 4]);
  expect(ringArea(ring!)).toBeCloseTo(12 - 4 * 0.125, 6);
});
