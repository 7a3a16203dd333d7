import { expect, test } from 'vitest';
import type { Projection } from '../../../src-main/contract/stack-planes.ts';
import type { PixelArray } from '../../../src-main/contract/pixels.ts';
import { openImage } from '../../../src-main/imaging/open-image.ts';
import type { PixelSource } from '../../../src-main/imaging/source/pixel-source.ts';
import { focusMeasure } from '../../../src-main/imaging/projection/focus-measure.ts';
import { projectFocalPlanes } from '../../../src-main/imaging/projection/project-focal-planes.ts';
import { planeProjector } from '../../../src-main/imaging/projection/project-planes.ts';
import { bytesInMemory } from '../../../src-main/imaging/source/random-access.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { expectClose, floatPlane, golden } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

const { planes, measure, maximum, bestFocus } = golden<{
  planes: GoldenPlane[];
  measure: GoldenPlane;
  maximum: GoldenPlane;
  bestFocus: GoldenPlane;
}>('projection');
const { height, width } = maximum;
const expected = { maximum: maximum.data, 'best-focus': bestFocus.data };
const both = ['maximum', 'best-focus'] as const satisfies Projection[];

/** The planes as a file of two channels; the other channel is the same upside down. */
async function stackSource(): Promise<PixelSource> {
  const own = planes.map(({ data }) => Uint16Array.from(data));
  const [source] = await openImage(
    bytesInMemory(
      writeTiff(
        {
          height,
          width,
          dtype: 'uint16',
          sizes: { t: 1, z: own.length, c: 2 },
          planes: own.flatMap((plane) => [plane, plane.toReversed()]),
          channelNames: ['a', 'b'],
          pixelSizeUm: { y: 0.5, x: 0.5 },
        },
        { description: 'ome' },
      ),
    ),
    'stack.tif',
  );
  return source!;
}

test('the focus measure is what scipy computes', () => {
  expectClose(focusMeasure(floatPlane(planes[2]!)), measure, 1e-5);
});

test.each(both)('the %s projection is what numpy computes', async (projection) => {
  const source = projectFocalPlanes(await stackSource(), projection);
  expect(source).toMatchObject({ shape: { t: 1, z: 1, c: 2 }, levels: [{ height, width }], dtype: 'uint16' });
  const whole = await source.getTile({ channel: 0 });
  expect([...whole.data]).toEqual(expected[projection]);
  expect([...(await source.getTile({ channel: 1 })).data].toReversed()).toEqual(expected[projection]);
  await expect(source.getTile({ channel: 0, z: 1 })).rejects.toThrow(RangeError);
});

test.each(both)('a rectangle of the %s projection, and its bands, are those of the whole', async (kind) => {
  const source = projectFocalPlanes(await stackSource(), kind);
  const box = { x: 23, y: 11, width: 9, height: 17 };
  const tile = await source.getTile({ channel: 0, ...box });
  const rows = Array.from({ length: box.height }, (_, row) => {
    const start = (box.y + row) * width + box.x;
    return expected[kind].slice(start, start + box.width);
  });
  expect([...tile.data]).toEqual(rows.flat());
  const bands: number[] = [];
  for await (const band of source.getBands({ channel: 0 })) {
    expect(band.y * width).toBe(bands.length);
    bands.push(...band.data);
  }
  expect(bands).toEqual(expected[kind]);
});

test.each(both)('the %s projection leaves the planes that it reads unchanged', async (projection) => {
  const kept = planes.map(({ data }) => Uint16Array.from(data));
  const inMemory: PixelSource = {
    ...(await stackSource()),
    getTile: ({ z = 0 }) => Promise.resolve({ height, width, data: kept[z]! }),
  };
  await projectFocalPlanes(inMemory, projection).getTile({ channel: 0 });
  expect(kept.map((data) => [...data])).toEqual(planes.map(({ data }) => data));
});

test('a pixel without a number in one plane gets that of another', () => {
  const project = (projection: Projection, ...values: PixelArray[]): number[] => {
    const projector = planeProjector(projection, 1, 3);
    for (const value of values) projector.add(value);
    return [...projector.result()];
  };
  const first = () => Float32Array.of(NaN, 2, NaN);
  const second = () => Float32Array.of(-4, NaN, NaN);
  for (const projection of both) expect(project(projection, first(), second())).toEqual([-4, 2, NaN]);
  // Of equally sharp planes, the first one.
  expect(project('best-focus', Uint8Array.of(7, 7, 7), Uint8Array.of(9, 9, 9))).toEqual([7, 7, 7]);
  expect(() => project('maximum')).toThrow(RangeError);
});
