import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Project } from '../../../src-main/project/project.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { displayImage } from '../../../src-main/tasks/images/display-image.ts';
import { halvePlane } from '../../../src-main/tasks/images/halve-plane.ts';
import { levelOf, tileOf } from '../../../src-main/tasks/images/image-planes.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { loadChannel } from '../../../src-main/project/load-image.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { tiffOfPages } from '../../fixtures/tiff-of-pages.ts';
import { control } from '../small-project.ts';

const height = 1111;
const width = 1301;
const pixels = Uint8Array.from({ length: height * width }, (_, i) => (i * 2654435761) >>> 24);

async function projectOf(files: Readonly<Record<string, Uint8Array>>): Promise<Project> {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const project = await createProject(join(folder, 'project'), 'test');
  const { failures } = await addImages(
    project,
    { paths: Object.keys(files).map((name) => join(folder, name)) },
    control,
  );
  expect(failures).toEqual([]);
  return project;
}

/** All tiles of a level, joined. */
async function assembled(project: Project, level: number): Promise<number[]> {
  const image = project.manifest.images[0]!;
  const rows = Math.ceil(image.height / 2 ** level);
  const columns = Math.ceil(image.width / 2 ** level);
  const out = new Uint16Array(rows * columns);
  for (let top = 0; top < rows; top += 512) {
    for (let left = 0; left < columns; left += 512) {
      const tile = await tileOf(project, image, { t: 0, z: 0, c: 0 }, { level, top, left });
      const tileColumns = Math.min(512, columns - left);
      for (let i = 0; i < tile.length; i++) {
        out[(top + Math.floor(i / tileColumns)) * columns + left + (i % tileColumns)] = tile[i]!;
      }
    }
  }
  return [...out];
}

test('tiles of every level are those of the whole image, however the file stores it', async () => {
  const flat = tiffOfPages([{ width, height, pixels }]);
  const packed = tiffOfPages([{ width, height, pixels: deflateSync(pixels), compression: 8 }]);
  const half = await halvePlane({ height, width, samples: Uint16Array.from(pixels) });
  const quarter = await halvePlane(half);
  for (const bytes of [flat, packed]) {
    const project = await projectOf({ 'field.tif': bytes });
    expect(await assembled(project, 0)).toEqual([...pixels]);
    expect(await assembled(project, 2)).toEqual([...quarter.samples]);
    expect(await assembled(project, 1)).toEqual([...half.samples]);
    const { channels, levels } = await displayImage(project, project.manifest.images[0]!.id);
    expect(levels).toBe(3);
    expect(channels[0]).toMatchObject({ min: 0, max: 255, offset: 0, scale: 1 });
    expect(channels[0]!.histogram.reduce((sum, count) => sum + count, 0)).toBe(height * width);
  }
});

test('levels that the file keeps serve display, stretched to our size by their last row and column', async () => {
  const copy = {
    width: width >> 1,
    height: height >> 1,
    pixels: new Uint8Array((width >> 1) * (height >> 1)),
  };
  copy.pixels.fill(77);
  const project = await projectOf({ 'field.tif': tiffOfPages([{ width, height, pixels, copies: [copy] }]) });
  expect(new Set(await assembled(project, 1))).toEqual(new Set([77]));
  expect(await assembled(project, 0)).toEqual([...pixels]);
});

test('a copy in strips and one too small by a row and a column give the same tiles as a whole level', async () => {
  const [rows, columns] = [height >> 1, width >> 1];
  const values = Uint8Array.from({ length: rows * columns }, (_, i) => (i * 40503) >>> 3);
  const copy = { width: columns, height: rows, pixels: values };
  const project = await projectOf({ 'field.tif': tiffOfPages([{ width, height, pixels, copies: [copy] }]) });
  const expected = Array.from({ length: (rows + 1) * (columns + 1) }, (_, i) => {
    const y = Math.min(rows - 1, Math.floor(i / (columns + 1)));
    return values[y * columns + Math.min(columns - 1, i % (columns + 1))];
  });
  expect(await assembled(project, 1)).toEqual(expected);
  const whole = await levelOf(project, project.manifest.images[0]!, { t: 0, z: 0, c: 0 }, 1);
  expect([...whole.samples]).toEqual(expected);
});

test('a cancelled tile is not read, unless another window waits for it', async () => {
  const project = await projectOf({ 'field.tif': tiffOfPages([{ width, height, pixels }]) });
  const image = project.manifest.images[0]!;
  const ask = (level: number, signal: AbortSignal): Promise<Uint16Array> =>
    tileOf(project, image, { t: 0, z: 0, c: 0 }, { level, top: 0, left: 0 }, signal);
  const [first, second] = [new AbortController(), new AbortController()];
  const alone = ask(2, first.signal);
  first.abort();
  await expect(alone).rejects.toMatchObject({ code: 'cancelled' });
  const leaves = new AbortController();
  const both = [ask(1, leaves.signal), ask(1, second.signal)];
  leaves.abort();
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toContain('fulfilled');
  await expect(both[1]).resolves.toHaveLength(512 * 512);
  expect(await ask(2, second.signal)).toHaveLength(Math.ceil(height / 4) * Math.ceil(width / 4));
});

test('real numbers are scaled by the whole plane, not by each band', async () => {
  const data = Float32Array.from(pixels, (value, i) =>
    i === 0 ? -10 : i === height * width - 1 ? 500 : value,
  );
  const raster = { height, width, dtype: 'float32', planes: [data], pixelSizeUm: null } as const;
  const bytes = writeTiff({ ...raster, sizes: { t: 1, z: 1, c: 1 }, channelNames: ['a'] });
  const project = await projectOf({ 'real.tif': bytes });
  const samples = await assembled(project, 0);
  expect([samples[0], samples.at(-1)]).toEqual([0, 65535]);
  expect(samples[1]).toBe(Math.round(((pixels[1]! + 10) / 510) * 65535));
});

test('each position of a file is an image with its own pixels, and adding it again adds nothing', async () => {
  const at = (id: number, name: string): string =>
    `<Image ID="Image:${id}" Name="${name}"><Pixels DimensionOrder="XYCZT" SizeC="1" SizeZ="1" SizeT="1">` +
    `<TiffData IFD="${id}" PlaneCount="1"/></Pixels></Image>`;
  const description = `<OME>${at(0, 'A/1')}${at(1, 'B')}${at(2, 'B')}</OME>`;
  const page = (value: number) => ({ width: 4, height: 3, pixels: new Uint8Array(12).fill(value) });
  const bytes = tiffOfPages([{ ...page(5), description }, page(6), page(7)]);
  const project = await projectOf({ 'plate.ome.tif': bytes });
  const { images } = project.manifest;
  expect(images.map(({ name, files }) => [name, files[0]!.image ?? 0])).toEqual([
    ['plate A-1', 0],
    ['plate B 2', 1],
    ['plate B 3', 2],
  ]);
  const firstPixels: number[] = [];
  for (const image of images) firstPixels.push((await loadChannel(project, image, 0)).data[0]!);
  expect(firstPixels).toEqual([5, 6, 7]);
  const again = await addImages(project, { paths: [join(project.folder, '..', 'plate.ome.tif')] }, control);
  expect(again.added).toEqual([]);
  expect(again.known).toHaveLength(3);
});
