import { expect, test, vi } from 'vitest';
import { CoarsePixels } from '../../../src-renderer/state/coarse-pixels.svelte.ts';
import type { TilePlace } from '../../../src-renderer/viewer/image-source.ts';

const look = { channel: 1, colour: [1, 1, 1], low: 0, high: 100, gamma: 1 } as const;

function source(id: string, tile: (place: TilePlace) => Promise<Uint16Array>) {
  return { id, height: 4, width: 8, levels: 3, channels: 2, tile: vi.fn(tile) };
}

test('the coarsest tile of each visible channel is read once, and contrast is applied to it', async () => {
  const coarse = new CoarsePixels();
  const image = source('a', async () => Uint16Array.of(20, 80));
  expect(coarse.brightness(image, [look])).toBeNull();
  await Promise.resolve();
  const before = coarse.brightness(image, [look])!;
  expect(before).toMatchObject({ height: 1, width: 2, blockPx: 4 });
  expect(before.values[1]).toBeCloseTo(0.8);
  expect(coarse.brightness(image, [{ ...look }])).toBe(before);
  expect(coarse.brightness(image, [{ ...look, high: 200 }])!.values[1]).toBeCloseTo(0.4);
  expect(image.tile.mock.calls.map(([place]) => place)).toEqual([
    { channel: 1, level: 2, row: 0, column: 0 },
  ]);
});

test('nothing is known of an image that cannot be read; it is asked for again', async () => {
  const coarse = new CoarsePixels();
  const image = source('a', () => Promise.reject(new Error('gone')));
  for (const calls of [1, 2]) {
    expect(coarse.brightness(image, [look])).toBeNull();
    expect(image.tile).toHaveBeenCalledTimes(calls);
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test('only the last images are kept', async () => {
  const coarse = new CoarsePixels();
  const images = Array.from({ length: 9 }, (_, i) => source(String(i), async () => Uint16Array.of(1, 2)));
  for (const image of images) {
    coarse.brightness(image, [look]);
    await Promise.resolve();
  }
  expect(coarse.brightness(images[8]!, [look])).not.toBeNull();
  expect(coarse.brightness(images[0]!, [look])).toBeNull();
});
