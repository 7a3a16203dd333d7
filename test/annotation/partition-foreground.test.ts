import { expect, test } from 'vitest';
import { partitionForeground } from '../../src-main/annotation/partition-foreground.ts';

const unpaced = async (): Promise<void> => undefined;
const height = 60;
const width = 120;
/**
 * The border is slanted: 50 px from the left at the top, 70 px at the bottom. The middle between the
 * locations is 60.
 */
const border = (y: number): number => 50 + (20 * y) / height;

/** Two cells side by side in one foreground, with a border of given brightness between them. */
function twoCells(brightness: number): Float32Array {
  return Float32Array.from({ length: height * width }, (_, i) => {
    const away = (i % width) + 0.5 - border(Math.floor(i / width) + 0.5);
    return 100 + brightness * Math.exp(-(away ** 2) / 8) + ((i * 7919) % 13) / 13;
  });
}

const annotation = {
  foreground: { height, width, data: new Uint8Array(height * width).fill(1) },
  locations: Float32Array.of(30, 30, 30, 90),
};

/** Share of the pixels, farther than 3 px from the border, that went to the right cell. */
function rightShare(labels: Int32Array): number {
  let [right, all] = [0, 0];
  labels.forEach((label, i) => {
    const away = (i % width) + 0.5 - border(Math.floor(i / width) + 0.5);
    if (Math.abs(away) < 3) return;
    all++;
    if (label === (away < 0 ? 1 : 2)) right++;
  });
  return right / all;
}

test.each([
  ['dark', -40],
  ['bright', 40],
])('cells part along a %s border, without being told which', async (_, brightness) => {
  const { data } = await partitionForeground(
    { height, width, data: twoCells(brightness) },
    annotation,
    unpaced,
  );
  expect(rightShare(data)).toBeGreaterThan(0.99);
});

test('where the image shows nothing each pixel goes to the nearest location', async () => {
  const { data } = await partitionForeground(
    { height, width, data: new Float32Array(height * width) },
    annotation,
    unpaced,
  );
  data.forEach((label, i) => {
    const x = (i % width) + 0.5;
    if (Math.abs(x - 60) > 3) expect(label).toBe(x < 60 ? 1 : 2);
  });
});

test('brightness that differs from cell to cell is taken for no border', async () => {
  // Three columns of two cells, every other one bright. Paths over dark cells are cheap, so bright cells
  // could lose pixels to them.
  const data = Float32Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width / 30), Math.floor((i % width) / 40)];
    return ((row + column) % 2 === 0 ? 100 : 180) + ((i * 7919) % 13);
  });
  // The points are off centre, as nuclei are.
  const locations = Float32Array.of(12, 14, 20, 64, 12, 98, 42, 24, 50, 58, 40, 104);
  const divide = (brightness: Float32Array) =>
    partitionForeground({ height, width, data: brightness }, { ...annotation, locations }, unpaced);
  expect(await divide(data)).toEqual(await divide(new Float32Array(height * width)));
});

test('all of the foreground that can be reached is given away, and no background', async () => {
  const foreground = { height, width, data: new Uint8Array(height * width) };
  for (let y = 10; y < 50; y++) for (let x = 11; x < 110; x++) foreground.data[y * width + x] = 1;
  foreground.data[5] = 1; // an islet without a location
  const plane = { height, width, data: twoCells(-40) };
  const { data } = await partitionForeground(plane, { ...annotation, foreground }, unpaced);
  data.forEach((label, i) => expect(label > 0).toBe(foreground.data[i] === 1 && i !== 5));
});

test('nothing to divide, or nobody to divide it among', async () => {
  const plane = { height, width, data: twoCells(0) };
  const none = { height, width, data: new Uint8Array(height * width) };
  const divide = (change: Partial<typeof annotation>) =>
    partitionForeground(plane, { ...annotation, ...change }, unpaced);
  expect((await divide({ foreground: none })).data.every((label) => label === 0)).toBe(true);
  expect((await divide({ locations: new Float32Array(0) })).data.every((label) => label === 0)).toBe(true);
  const other = { height: 2, width: 2, data: new Uint8Array(4) };
  await expect(divide({ foreground: other })).rejects.toThrow(RangeError);
});

test('between its pieces it tells how far it is, and can be called off', async () => {
  const plane = { height, width, data: twoCells(-40) };
  const shares: number[] = [];
  await partitionForeground(plane, annotation, async (share) => void shares.push(share));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
  for (let piece = 0; piece < shares.length; piece++) {
    let left = piece;
    const callOff = async (): Promise<void> => {
      if (left-- === 0) throw new Error('called off');
    };
    await expect(partitionForeground(plane, annotation, callOff)).rejects.toThrow('called off');
  }
});
