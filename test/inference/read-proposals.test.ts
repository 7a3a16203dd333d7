import { expect, test } from 'vitest';
import { readProposals } from '../../src-main/inference/read-proposals.ts';

test('a location is its grid cell’s centre plus the offset, in px', () => {
  const scoreLogits = Float32Array.of(-9, 2, -9, -9, -9, 0.5); // [2, 3]
  const offsets = new Float32Array(12);
  offsets.set([0.25, -0.5], 2 * 1);
  offsets.set([-1, 0], 2 * 5);
  const { locations, scores } = readProposals(scoreLogits, offsets, 3, 4, 0.4);
  expect([...locations]).toEqual([(0.5 + 0.25) * 4, (1.5 - 0.5) * 4, (1.5 - 1) * 4, 2.5 * 4]);
  expect(scores[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  expect(scores[1]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
});

test('a score must lie above the least score', () => {
  const offsets = new Float32Array(2);
  expect(readProposals(Float32Array.of(0), offsets, 1, 4, 0.5).scores).toHaveLength(0);
  expect(readProposals(Float32Array.of(0), offsets, 1, 4, 0.49).scores).toHaveLength(1);
});
