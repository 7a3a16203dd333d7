import { expect, test } from 'vitest';
import { geodesicPartition } from '../../../src-main/imaging/watershed/geodesic-partition.ts';

/** A picture in digits: cost, or 1 inside a mask. */
function picture(...rows: readonly string[]): { height: number; width: number; digits: number[] } {
  return { height: rows.length, width: rows[0]!.length, digits: rows.flatMap((row) => [...row].map(Number)) };
}

const unpaced = async (): Promise<void> => undefined;

async function partition(
  cost: readonly string[],
  seeds: number[],
  mask?: readonly string[],
): Promise<string[]> {
  const { height, width, digits } = picture(...cost);
  const inside = mask === undefined ? digits.map(() => 1) : picture(...mask).digits;
  const { data } = await geodesicPartition(
    { height, width, data: Float32Array.from(digits) },
    Float32Array.from(seeds),
    { height, width, data: Uint8Array.from(inside) },
    unpaced,
  );
  return Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)].join(''));
}

test('at a cost of 1 each pixel goes to the nearest seed; the first keeps a tie', async () => {
  expect(await partition(['1111111'], [0.5, 0.5, 0.5, 6.5])).toEqual(['1111222']);
});

test('a step costs the mean of its two pixels', async () => {
  // From the left 1, 1, (1 + 9) / 2 = 5 …: pixel 3 is 2 + 5 = 7 away, from the right 1 + 5 = 6; pixel 2 is 2
  // and 6 + 5 = 11.
  expect(await partition(['111911'], [0.5, 0.5, 0.5, 5.5])).toEqual(['111222']);
  // Moved by one pixel: from the left 1 + 1 + 1 + 5 = 8, from the right 5.
  expect(await partition(['111191'], [0.5, 0.5, 0.5, 5.5])).toEqual(['111122']);
});

test('a diagonal step is √2 long: around a corner two of them beat three straight ones', async () => {
  // Pixel (2, 2) is 2√2 = 2.83 from the first seed at (0, 0), and 3 from the second at (2, 5).
  expect((await partition(['111111', '111111', '111111'], [0.5, 0.5, 2.5, 5.5]))[2]![2]).toBe('1');
});

test('paths stay inside the mask, and what none reaches is nobody’s', async () => {
  const mask = ['11111', '00001', '11101'];
  // The lower row is next to the first seed in a straight line, but no path reaches it.
  expect(await partition(['11111', '11111', '11111'], [0.5, 0.5, 1.5, 4.5], mask)).toEqual([
    '11122',
    '00002',
    '00002',
  ]);
});

test('seeds outside count for nothing, of two in one pixel the first', async () => {
  expect(await partition(['11'], [0.5, -0.5, 0.5, 0.2, 0.5, 0.8, 0.5, 2])).toEqual(['22']);
});

test('a mask of another size is refused', async () => {
  const cost = { height: 1, width: 2, data: new Float32Array(2) };
  const mask = { height: 2, width: 1, data: new Uint8Array(2) };
  await expect(geodesicPartition(cost, new Float32Array(0), mask, unpaced)).rejects.toThrow(RangeError);
});

test('a path that crosses an image’s blocks over and over is as long as it is', async () => {
  // A path 1 px wide: down, up, down and up again through 600 rows.
  const [height, width] = [600, 7];
  const isOpen = (y: number, x: number): boolean => x % 2 === 0 || y === (x % 4 === 1 ? height - 1 : 0);
  const mask = Uint8Array.from({ length: height * width }, (_, i) =>
    isOpen(Math.floor(i / width), i % width) ? 1 : 0,
  );
  const cost = new Float32Array(height * width).fill(1);
  // A seed at each end: each gets half of the path.
  const seeds = Float32Array.of(0.5, 0.5, 0.5, 6.5);
  const { data } = await geodesicPartition(
    { height, width, data: cost },
    seeds,
    { height, width, data: mask },
    unpaced,
  );
  const counts = [0, 0, 0];
  for (const label of data) counts[label]!++;
  expect(counts[0]).toBe(mask.filter((value) => value === 0).length);
  expect(Math.abs(counts[1]! - counts[2]!)).toBeLessThanOrEqual(3);
});
