import { expect, test } from 'vitest';
import type { FloatPlane } from '../../../src-main/contract/pixels.ts';
import type { Rows } from '../../../src-main/imaging/source/row-window.ts';
import { mostPixelsInMemory, readChannels } from '../../../src-main/tasks/segmenting/segment-planes.ts';

const asked: string[] = [];
const unread = [2, 0].map((channel) => ({
  plane: (): Promise<FloatPlane> => {
    asked.push(`plane ${channel}`);
    return Promise.resolve({ height: 1, width: 1, data: Float32Array.of(channel) });
  },
  bands: async function* (): AsyncGenerator<Rows> {
    asked.push(`bands ${channel}`);
    await Promise.resolve();
    yield { y: 0, height: 1, width: 1, data: Float32Array.of(channel) };
  },
}));

test('channels up to the limit are read whole, in the order asked', async () => {
  asked.length = 0;
  const planes = await readChannels({ height: mostPixelsInMemory, width: 1, unread });
  expect((planes as FloatPlane[]).map(({ data }) => data[0])).toEqual([2, 0]);
  expect(asked).toEqual(['plane 2', 'plane 0']);
});

test('of a larger image no plane is read, and each pass over its bands begins anew', async () => {
  asked.length = 0;
  const image = await readChannels({ height: mostPixelsInMemory + 1, width: 1, unread });
  expect(asked).toEqual([]);
  if (!('channels' in image)) throw new TypeError('planes');
  for (let pass = 0; pass < 2; pass++) {
    for await (const { data } of image.channels[0]!()) expect([...data]).toEqual([2]);
  }
  expect(asked).toEqual(['bands 2', 'bands 2']);
});
