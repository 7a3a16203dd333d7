import { expect, test } from 'vitest';
import { contourVertices, floatsPerVertex } from '../../../src-renderer/viewer/contour-vertices.ts';

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
  // The last point stays beside the first: it is the end of the way round.
  expect(corners).toEqual(['0,0', '0,6', '4,6', '4,0', '1,0', '0,0']);
  expect(kept(0.1).map(([y]) => y)).toContain(Math.fround(0.2));
  // The way along the ring is measured over every point, so that dashes do not depend on the zoom.
  expect(kept(0.3).at(-1)![2]).toBe(kept(0).at(-1)![2]);
});
