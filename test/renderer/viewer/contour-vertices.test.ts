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
