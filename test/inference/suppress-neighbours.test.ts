import { expect, test } from 'vitest';
import { suppressNeighbours } from '../../src-main/inference/suppress-neighbours.ts';

test('the surer of two near locations stays', () => {
  const locations = Float32Array.of(10, 10, 10, 15, 40, 40);
  expect(suppressNeighbours(locations, [0.5, 0.9, 0.7], 8)).toEqual([1, 2]);
});

test('a suppressed location suppresses nobody', () => {
  const locations = Float32Array.of(0, 0, 0, 6, 0, 12);
  expect(suppressNeighbours(locations, [0.9, 0.8, 0.7], 8)).toEqual([0, 2]);
});

test('exactly the distance apart is far enough', () => {
  expect(suppressNeighbours(Float32Array.of(0, 0, 3, 4), [0.9, 0.8], 5)).toEqual([0, 1]);
});

test('equal scores go in the order given, and a distance of 0 keeps all', () => {
  const locations = Float32Array.of(1, 1, 1, 1, 2, 2);
  expect(suppressNeighbours(locations, [0.5, 0.5, 0.5], 4)).toEqual([0]);
  expect(suppressNeighbours(locations, [0.5, 0.6, 0.5], 0)).toEqual([1, 0, 2]);
});

test('agrees with comparing every pair', () => {
  const count = 400;
  const locations = Float32Array.from({ length: 2 * count }, (_, i) => ((i * 7919) % 1009) / 9 - 10);
  const scores = Array.from({ length: count }, (_, k) => ((k * 104729) % 997) / 997);
  const kept: number[] = [];
  for (const k of scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!)) {
    const isFree = kept.every(
      (other) =>
        Math.hypot(
          locations[2 * other]! - locations[2 * k]!,
          locations[2 * other + 1]! - locations[2 * k + 1]!,
        ) >= 6,
    );
    if (isFree) kept.push(k);
  }
  expect(suppressNeighbours(locations, scores, 6)).toEqual(kept);
  expect(kept.length).toBeLessThan(count);
});
