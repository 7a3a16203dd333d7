import { expect, test } from 'vitest';
import {
  boxOf,
  cellMaskOf,
  clearMask,
  clearRegion,
  eachRun,
  growBox,
  maskArea,
  regionOf,
} from '../../../src-main/imaging/cells/cell-mask.ts';
import type { MaskRegion } from '../../../src-main/imaging/cells/cell-mask.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { drawn } from '../golden.ts';

function region(top: number, left: number, ...rows: string[]): MaskRegion {
  const { height, width, data } = drawn(...rows);
  return { top, left, height, width, data: Uint8Array.from(data) };
}

test('a mask lists runs row by row, from a run outside on, in the smallest box', () => {
  const mask = cellMaskOf(region(10, 20, '.....', '..11.', '.1.1.', '.....'))!;
  // The box is .11 / 1.1: 1 outside, 3 inside (across the end of the row), 1 outside, 1 inside.
  expect(mask).toEqual({ top: 11, left: 21, height: 2, width: 3, runs: Uint32Array.of(1, 3, 1, 1) });
  expect(maskArea(mask)).toBe(4);
  // A mask that begins inside has an empty first run. Pixels outside at the end need no run.
  expect(cellMaskOf(region(0, 0, '11', '1.'))!.runs).toEqual(Uint32Array.of(0, 3));
  expect(cellMaskOf(region(0, 0, '..', '..'))).toBeNull();
});

test('a mask gives back its region, also within another box', () => {
  const mask = cellMaskOf(region(1, 1, '.11', '1.1'))!;
  expect(regionOf(mask)).toEqual(region(1, 1, '.11', '1.1'));
  const box = { top: 0, left: 2, bottom: 3, right: 5 };
  expect(regionOf(mask, box)).toEqual(region(0, 2, '...', '11.', '.1.'));
  const runs: number[][] = [];
  eachRun(mask, boxOf(mask), (...run) => runs.push(run));
  expect(runs).toEqual([
    [1, 2, 4],
    [2, 1, 2],
    [2, 3, 4],
  ]);
});

test('random regions survive being packed', () => {
  const random = new SeededRandom(1, 'cell-mask');
  for (let round = 0; round < 200; round++) {
    const [height, width] = [1 + Math.floor(random.uniform(0, 9)), 1 + Math.floor(random.uniform(0, 9))];
    const share = random.uniform();
    const data = Uint8Array.from({ length: height * width }, () => (random.uniform() < share ? 1 : 0));
    const before: MaskRegion = { top: 5, left: 7, height, width, data };
    const mask = cellMaskOf(before);
    const area = data.reduce((sum, value) => sum + value, 0);
    if (mask === null) expect(area).toBe(0);
    else {
      expect(maskArea(mask)).toBe(area);
      expect(regionOf(mask, boxOf({ ...before }))).toEqual(before);
    }
  }
});

test('clearing keeps to what two regions, or a region and a mask, have in common', () => {
  const into = region(0, 0, '1111', '1111', '1111');
  clearMask(into, cellMaskOf(region(1, -1, '111', '1.1'))!);
  expect(into).toEqual(region(0, 0, '1111', '..11', '1.11'));
  clearRegion(into, region(-1, 3, '1', '1', '1'));
  expect(into).toEqual(region(0, 0, '111.', '..1.', '1.11'));
});

test('a box outside the image is empty', () => {
  const box = growBox({ top: 40, left: -9, bottom: 44, right: -4 }, 2, 30, 30);
  expect([box.bottom - box.top, box.right - box.left]).toEqual([0, 0]);
});
