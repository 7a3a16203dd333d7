import { setImmediate as turn } from 'node:timers/promises';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { writePngRows } from '../../../src-main/imaging/png/write-png-rows.ts';

const height = 400;
const width = 500;
/** Noise, which deflate cannot shrink: several chunks. */
const noise = Uint8Array.from({ length: height * (width + 1) }, (_, i) =>
  i % (width + 1) === 0 ? 0 : Math.imul(i ^ (i >>> 7), 2654435761) >>> 24,
);

/** Writes the picture with some rows at a time, and reads it with some turns of the event loop in between. */
async function written(rowsAtOnce: number, turns: number): Promise<Buffer> {
  async function* rows(): AsyncGenerator<Uint8Array> {
    const bytes = rowsAtOnce * (width + 1);
    for (let at = 0; at < noise.length; at += bytes) {
      await turn();
      yield noise.subarray(at, at + bytes);
    }
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of writePngRows({ height, width, channels: 1, level: 3 }, rows())) {
    pieces.push(piece);
    for (let i = 0; i < turns; i++) await turn();
  }
  return Buffer.concat(pieces);
}

test('a picture has the same bytes, however fast its rows come and its bytes are taken', async () => {
  const quick = await written(7, 0);
  const slow = await written(7, 50);
  expect(slow.equals(quick)).toBe(true);
  const { data } = decode(quick);
  expect(Buffer.from(data.subarray(0, width)).equals(noise.subarray(1, 1 + width))).toBe(true);
});
