import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { emptyPackedMask, fillBits, unpackMask } from '../../../src-main/contract/packed-mask.ts';
import { writeMaskPng } from '../../../src-main/imaging/png/write-mask-png.ts';

test.each([
  [1, 1],
  [7, 5],
  [2100, 1031],
])('another reader finds the mask of %i × %i px, 255 where it is foreground', async (height, width) => {
  const mask = emptyPackedMask(height, width);
  for (let y = 0; y < height; y += 2) fillBits(mask.bits, 1, y * width, y * width + ((y * 7) % width) + 1);
  const png = decode(await writeMaskPng(mask), { checkCrc: true });
  expect(png).toMatchObject({ height, width, depth: 8, channels: 1 });
  expect(Buffer.compare(Buffer.from(png.data), Buffer.from(unpackMask(mask).data.map((v) => v * 255)))).toBe(
    0,
  );
});
