import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { outlinesOf, ringsOf } from '../../src-main/formats/outlines.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { readImage } from '../fixtures/read-image.ts';
import { hasSharedData, sharedData } from '../fixtures/shared-data.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { prepareCellImageLibrary } from './sets/cell-image-library.ts';
import { elementsOf } from './sets/json-elements.ts';
import { prepareLivecell } from './sets/livecell.ts';
import { preparedImages } from './sets/prepared-images.ts';

async function* inPieces(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const whole = new TextEncoder().encode(text);
  for (let i = 0; i < whole.length; i += bytes) {
    await Promise.resolve();
    yield whole.subarray(i, i + bytes);
  }
}

test('the objects of a list are read one by one, from lists and tables, in pieces of any size', async () => {
  const wanted = [
    { id: 1, name: 'a "b" } ] µm' },
    { id: 2, rings: [[1, 2], [{ deep: '\\' }]] },
  ];
  const info = { images: [{ id: 9 }], note: '"images": [{"id": 8}]' };
  for (const images of [wanted, { '17': wanted[0], '18': wanted[1] }]) {
    const text = JSON.stringify({ info, images, annotations: [{ images: [{ id: 7 }] }] });
    for (const bytes of [1, 7, 1000]) {
      const found: unknown[] = [];
      for await (const element of elementsOf(inPieces(text, bytes), 'images')) found.push(element);
      expect(found, `${bytes}`).toEqual(wanted);
    }
  }
});

const [height, width] = [20, 30];

function writeImage(path: string, value: number): void {
  const planes = [new Uint8Array(height * width).fill(value)];
  const raster = { height, width, dtype: 'uint8', sizes: { t: 1, z: 1, c: 1 }, planes } as const;
  writeFileSync(path, writeTiff({ ...raster, channelNames: ['phase'], pixelSizeUm: null }));
}

function square(left: number, top: number, side: number): number[] {
  return [left, top, left + side, top, left + side, top + side, left, top + side];
}

async function labelsIn(path: string): Promise<LabelImage> {
  return labelImageOf(await readLabelFile(path));
}

test('LIVECell: annotation files and images become parts of a set, at the scale of each line', async () => {
  const from = temporaryFolder();
  const images = join(from, 'images', 'livecell_train_val_images', 'BV2');
  mkdirSync(images, { recursive: true });
  const named = (name: string, id: number) => ({ id, file_name: name, height, width });
  const cell = (image: number, ring: number[]) => ({ image_id: image, segmentation: [ring] });
  const names = ['BV2_a.tif', 'A172_b.tif', 'BV2_c.tif'] as const;
  names.forEach((name, k) => writeImage(join(images, name), 10 * (k + 1)));
  const write = (part: string, file: object): void =>
    writeFileSync(join(from, `livecell_coco_${part}.json`), JSON.stringify(file));
  // A small cell comes first and lies in a large one. The image is listed again with other cells.
  const small = cell(1, square(5, 5, 4));
  write('train', {
    images: [named('BV2_a.tif', 1), named('A172_b.tif', 2), named('BV2_a.tif', 3), named('BV2_c.tif', 4)],
    annotations: { '1': small, '2': cell(1, square(2, 2, 10)), '3': cell(3, square(0, 0, 3)) },
  });
  write('val', { images: [], annotations: [] });
  write('test', { images: [named('BV2_c.tif', 4)], annotations: [cell(4, square(10, 0, 6))] });

  const to = join(from, 'prepared');
  expect(await prepareLivecell({ from, to }, ['BV2'])).toEqual({ train: 1, validation: 0, test: 1 });
  const prepared = preparedImages(to);
  expect(prepared.images).toEqual({ train: ['BV2_a_image'], validation: [], test: ['BV2_c_image'] });
  expect(prepared.truth[0]).toBe(join(to, 'test'));
  // Images of BV2 are enlarged twice.
  const labels = await labelsIn(join(to, 'train', 'BV2_a_label.tif'));
  expect([labels.height, labels.width]).toEqual([2 * height, 2 * width]);
  const counts = new Map<number, number>();
  for (const label of labels.data) counts.set(label, (counts.get(label) ?? 0) + 1);
  expect([counts.get(1), counts.get(2)]).toEqual([20 ** 2 - 8 ** 2, 8 ** 2]);
  expect(labels.data[11 * 2 * width + 11]).toBe(2);
  const path = join(to, 'train', 'BV2_a_image.tif');
  const { planes } = await readImage(readFileSync(path), path);
  expect(new Set(planes[0])).toEqual(new Set([10]));

  expect(await prepareLivecell({ from, to: join(from, 'all') })).toEqual({
    train: 2,
    validation: 0,
    test: 1,
  });
  const other = await labelsIn(join(from, 'all', 'train', 'A172_b_label.tif'));
  expect([other.height, other.width]).toEqual([height, width]);
});

test('LIVECell: a missing image is named', async () => {
  const from = temporaryFolder();
  const image = { id: 1, file_name: 'A172_a.tif', height, width };
  for (const part of ['train', 'val', 'test']) {
    writeFileSync(
      join(from, `livecell_coco_${part}.json`),
      JSON.stringify({ images: [image], annotations: [] }),
    );
  }
  await expect(prepareLivecell({ from, to: join(from, 'to') })).rejects.toThrow('A172_a.tif');
  expect(() => preparedImages(join(from, 'to'))).toThrow('prepare-set.ts');
});

test.skipIf(!hasSharedData)('LIVECell: polygons of real cells become the same cells', async () => {
  const from = temporaryFolder();
  const real = 'livecell/SKOV3_Phase_F4_1_00d00h00m_2';
  const truth = await labelsIn(sharedData(`${real}_label.tif`));
  // A172 is the line that keeps its scale.
  writeFileSync(join(from, 'A172_real.tif'), readFileSync(sharedData(`${real}_image.tif`)));
  const annotations = outlinesOf(traceContours(truth)).map((outline) => ({
    image_id: 1,
    segmentation: ringsOf(outline).map((ring) => Array.from(ring, (_, i) => ring[i ^ 1]!)),
  }));
  const image = { id: 1, file_name: 'A172_real.tif', height: truth.height, width: truth.width };
  for (const part of ['train', 'val', 'test']) {
    const file = part === 'test' ? { images: [image], annotations } : { images: [], annotations: [] };
    writeFileSync(join(from, `livecell_coco_${part}.json`), JSON.stringify(file));
  }
  await prepareLivecell({ from, to: join(from, 'to') });
  const labels = await labelsIn(join(from, 'to', 'test', 'A172_real_label.tif'));
  const pairs = new Set(Array.from(truth.data, (label, i) => `${label} ${labels.data[i]!}`));
  expect(pairs.size).toBe(annotations.length + 1);
  expect(new Set(labels.data).size).toBe(annotations.length + 1);
});

test('Cell Image Library: numbered images and masks become parts of a set', async () => {
  const from = temporaryFolder();
  const masks = new Uint16Array(height * width);
  masks.fill(3, 40, 50);
  masks.fill(7, 200, 230);
  const rgb = new Uint8Array(3 * height * width);
  for (let i = 0; i < height * width; i++) rgb.set([200, i % 100, 50], 3 * i);
  for (const [part, number] of [
    ['train', '000'],
    ['train', '088'],
    // The first image of other cells.
    ['train', '089'],
    ['test', '010'],
    ['test', '011'],
  ]) {
    const folder = join(from, part!);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${number}_img.png`), encode({ width, height, data: rgb, channels: 3 }));
    const image = { width, height, data: masks, channels: 1, depth: 16 } as const;
    writeFileSync(join(folder, `${number}_masks.png`), encode(image));
  }
  const to = join(from, 'prepared');
  expect(await prepareCellImageLibrary(from, to)).toEqual({ train: 2, test: 1 });
  const { images } = preparedImages(to);
  expect(images).toEqual({
    train: ['train_000_image', 'train_088_image'],
    validation: [],
    test: ['test_010_image'],
  });
  const labels = await labelsIn(join(to, 'test', 'test_010_label.tif'));
  expect(Array.from(labels.data)).toEqual(Array.from(masks));
  const path = join(to, 'train', 'train_000_image.tif');
  const { planes } = await readImage(readFileSync(path), path);
  expect(planes).toHaveLength(1);
  expect(Array.from(planes[0]!.subarray(0, 120))).toEqual(Array.from({ length: 120 }, (_, i) => i % 100));
});
