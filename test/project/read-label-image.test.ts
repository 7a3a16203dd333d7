import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import {
  readLabelFile,
  readLabelImage,
  readNumberedLabels,
} from '../../src-main/project/read-label-image.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function tiffOf(...data: number[]): Uint8Array {
  return writeTiff({
    height: 1,
    width: data.length,
    dtype: 'uint32',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [Uint32Array.from(data)],
    channelNames: ['Labels'],
    pixelSizeUm: null,
  });
}

function fileOf(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'a.tif');
  writeFileSync(path, bytes);
  return path;
}

test.each([
  [
    [0, 7, 70_000],
    [0, 7, 70_000],
  ],
  [
    [0, 9, 3_000_000],
    [0, 1, 2],
  ],
  [
    [2 ** 32 - 1, 2 ** 31, 5],
    [3, 2, 1],
  ],
])('labels %j are read as %j: no table by label outgrows image and cells', async (numbers, labels) => {
  const bytes = tiffOf(...numbers);
  expect([...labelImageOf(await readLabelImage(bytes, 'a.tif')).data]).toEqual(labels);
  expect([...labelImageOf(await readLabelFile(fileOf(bytes))).data]).toEqual(labels);
});

test('the numbers of a file can be kept beside its pixels', async () => {
  const { labels, numbers } = await readNumberedLabels(fileOf(tiffOf(2 ** 32 - 1, 0, 4, 4)));
  expect([...labelImageOf(labels).data]).toEqual([2, 0, 1, 1]);
  expect([...numbers]).toEqual([4, 2 ** 32 - 1]);
});
