import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { FloatPlane, LabelImage, Mask } from '../../src-main/contract/pixels.ts';

/** A plane as the generator (test/golden/make-imaging-goldens.py) writes it. */
export interface GoldenPlane {
  height: number;
  width: number;
  data: number[];
}

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/imaging/${name}.json`, import.meta.url), 'utf8')) as T;
}

export function floatPlane({ height, width, data }: GoldenPlane): FloatPlane {
  return { height, width, data: Float32Array.from(data) };
}

export function mask({ height, width, data }: GoldenPlane): Mask {
  return { height, width, data: Uint8Array.from(data) };
}

export function labelImage({ height, width, data }: GoldenPlane): LabelImage {
  return { height, width, data: Int32Array.from(data) };
}

/** Rows of characters as a label image: `.` is background, `1` … `9` are labels. */
export function drawn(...rows: string[]): LabelImage {
  const data = Int32Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)));
  return { height: rows.length, width: rows[0]!.length, data };
}

/**
 * The largest difference between two planes, as a share of the oracle's largest value, must stay below
 * `tolerance`.
 */
export function expectClose(actual: FloatPlane, expected: GoldenPlane, tolerance: number): void {
  expect([actual.height, actual.width]).toEqual([expected.height, expected.width]);
  let largest = 0;
  let worst = 0;
  expected.data.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    worst = Math.max(worst, Math.abs(value - actual.data[i]!));
  });
  expect(worst / largest).toBeLessThan(tolerance);
}
