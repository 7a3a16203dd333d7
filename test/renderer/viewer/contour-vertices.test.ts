import { expect, test } from 'vitest';
import {
  contourVertices,
  floatsPerVertex,
  visibleRanges,
  visibleSegments,
} from '../../../src-renderer/viewer/contour-vertices.ts';

/** A 2 × 2 square of label 7 and a right triangle with the sides 3, 4, 5 of label 2. */
const set = {
  points: new Float32Array([0, 0, 0, 2, 2, 2, 2, 0, 10, 10, 10, 13, 14, 10]),
  ringStarts: new Uint32Array([0, 4, 7]),
  ringLabels: new Uint32Array([7, 2]),
};
const vertex = (vertices: Float32Array, i: number) => [
  ...vertices.slice(i * floatsPerVertex, (i + 1) * floatsPerVertex),
];

test('every ring is closed by its first vertex, with the length of the way so far', () => {
  const { vertices, count } = contourVertices(set);
  expect(count).toBe(4 + 1 + 3 + 1);
  expect(vertex(vertices, 0)).toEqual([0, 0, 0, 7]);
  expect(vertex(vertices, 2)).toEqual([2, 2, 4, 7]);
  expect(vertex(vertices, 4)).toEqual([0, 0, 8, 7]);
  expect(vertex(vertices, 8)).toEqual([10, 10, 3 + 5 + 4, 2]);
});

test('a length of 0 says where the next ring begins: there is no line between rings', () => {
  const { vertices, count } = contourVertices(set);
  const starts = Array.from({ length: count }, (_, i) => i).filter((i) => vertex(vertices, i)[2] === 0);
  expect(starts).toEqual([0, 5]);
});

test('every vertex knows the first of its ring, and the set its largest label', () => {
  const { anchors, maxLabel } = contourVertices(set);
  expect([...anchors.slice(6, 10)]).toEqual([0, 0, 0, 0]);
  expect([...anchors.slice(10, 12)]).toEqual([10, 10]);
  expect(maxLabel).toBe(7);
});

test('an empty ring and an empty set make nothing', () => {
  const empty = {
    points: new Float32Array(0),
    ringStarts: new Uint32Array([0, 0]),
    ringLabels: new Uint32Array([1]),
  };
  expect(contourVertices(empty).count).toBe(0);
});

test('from afar the points between the ends of a straight line are left out, corners never', () => {
  // A rectangle of 6 × 4 px with a point at every px, one of them 0.2 px off its side.
  const ring: [number, number][] = [];
  for (let x = 0; x < 6; x++) ring.push([0, x]);
  for (let y = 0; y < 4; y++) ring.push([y, 6]);
  for (let x = 6; x > 0; x--) ring.push([4, x]);
  for (let y = 4; y > 0; y--) ring.push([y, 0]);
  ring[3] = [0.2, 3];
  const square = {
    points: new Float32Array(ring.flat()),
    ringStarts: new Uint32Array([0, ring.length]),
    ringLabels: new Uint32Array([1]),
  };
  const kept = (tolerancePx: number) => {
    const { vertices, count } = contourVertices(square, tolerancePx);
    return Array.from({ length: count }, (_, i) => vertex(vertices, i));
  };
  expect(kept(0)).toHaveLength(21);
  const corners = kept(0.3).map(([y, x]) => `${y},${x}`);
  // The last point stays beside the first: it ends the ring.
  expect(corners).toEqual(['0,0', '0,6', '4,6', '4,0', '1,0', '0,0']);
  expect(kept(0.1).map(([y]) => y)).toContain(Math.fround(0.2));
  // The length along the ring counts every point, so that dashes do not depend on the zoom.
  expect(kept(0.3).at(-1)![2]).toBe(kept(0).at(-1)![2]);
});

/** Squares of 10 px with these upper left corners, labelled from 1. */
function squares(...corners: [y: number, x: number][]) {
  return {
    points: Float32Array.from(corners.flatMap(([y, x]) => [y, x, y, x + 10, y + 10, x + 10, y + 10, x])),
    ringStarts: Uint32Array.from({ length: corners.length + 1 }, (_, ring) => 4 * ring),
    ringLabels: Uint32Array.from(corners.keys(), (ring) => ring + 1),
  };
}

test('rings are grouped by squares of the image, each ring whole, and a label knows its rings', () => {
  // Squares of 128 px: labels 1 and 3 are in the first, 2 is in the one to its right, 4 in the row below.
  const { vertices, parts, ringsOf } = contourVertices(squares([0, 0], [0, 200], [20, 100], [300, 0]));
  expect(parts).toEqual([
    { first: 0, count: 10, top: 0, left: 0, bottom: 30, right: 110 },
    { first: 10, count: 5, top: 0, left: 200, bottom: 10, right: 210 },
    { first: 15, count: 5, top: 300, left: 0, bottom: 310, right: 10 },
  ]);
  for (const label of [1, 2, 3, 4]) {
    const [{ first, count }] = ringsOf.get(label)! as [{ first: number; count: number }];
    for (let i = first; i < first + count; i++) expect(vertex(vertices, i)[3]).toBe(label);
  }
});

test('only parts that meet a box are visible, and neighbours are one range', () => {
  const { parts } = contourVertices(squares([0, 0], [0, 200], [300, 0]));
  const box = (top: number, left: number, bottom: number, right: number) => ({ top, left, bottom, right });
  expect(visibleRanges(parts, box(-10, -10, 400, 400))).toEqual([{ first: 0, count: 15 }]);
  expect(visibleRanges(parts, box(5, 5, 305, 8))).toEqual([
    { first: 0, count: 5 },
    { first: 10, count: 5 },
  ]);
  expect(visibleRanges(parts, box(50, 50, 250, 150))).toEqual([]);
});

test('of one long outline only the groups of segments near a box are painted', () => {
  // A snake of 2000 points from the top to the bottom.
  const points = Float32Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? i / 2 : (i >> 1) % 7));
  const snake = { points, ringStarts: Uint32Array.of(0, 2000), ringLabels: Uint32Array.of(1) };
  const { boxes, count } = contourVertices(snake);
  expect(count).toBe(2001);
  const covered = (top: number, bottom: number): number[] =>
    visibleSegments(boxes, { top, bottom, left: 0, right: 10 }).flatMap(({ first, count: many }) =>
      Array.from({ length: many }, (_, k) => first + k),
    );
  const near = covered(1000, 1010);
  expect(near).toEqual(expect.arrayContaining([1000, 1005, 1009]));
  // The last segment closes the ring, so it runs through the whole image.
  expect(near).toContain(1999);
  expect(near.length).toBeLessThan(150);
  expect(covered(0, 2000).length).toBeGreaterThanOrEqual(2000);
  expect(visibleSegments(boxes, { top: 0, bottom: 2000, left: 20, right: 30 })).toEqual([]);
});
