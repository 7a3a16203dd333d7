import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrainingPreview } from '../../../src-main/contract/requests/training-requests.ts';
import {
  keepPreview,
  listPreviews,
  readPreview,
} from '../../../src-main/tasks/training/training-previews.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const preview = (epoch: number): TrainingPreview => ({
  epoch,
  image: 'field-1',
  contours: {
    points: Float32Array.of(1, 1, 1, 3.5, 3, 3),
    ringStarts: Uint32Array.of(0, 3),
    ringLabels: Uint32Array.of(1),
  },
  scores: Float32Array.of(0.75),
});

test('previews are found again, in the order of their epochs', async () => {
  const folder = temporaryFolder();
  for (const epoch of [10, 2, 1]) expect(await keepPreview(folder, preview(epoch))).toBe(true);
  expect(await listPreviews(folder)).toEqual([1, 2, 10]);
  expect(await readPreview(folder, 10)).toEqual(preview(10));
  expect(await readPreview(folder, 3)).toBeNull();
});

test('a preview made again replaces the one before it', async () => {
  const folder = temporaryFolder();
  await keepPreview(folder, preview(1));
  const again = { ...preview(1), scores: Float32Array.of(0.5) };
  await keepPreview(folder, again);
  expect(await readPreview(folder, 1)).toEqual(again);
  expect(await readdir(join(folder, 'previews'))).toEqual(['1.contours']);
});

test('what is no preview, or half of one, is none', async () => {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'previews'));
  await writeFile(join(folder, 'previews', '4.contours'), new Uint8Array([1, 2, 3]));
  await writeFile(join(folder, 'previews', 'notes.txt'), 'not ours');
  expect(await readPreview(folder, 4)).toBeNull();
  expect(await listPreviews(folder)).toEqual([4]);
});

test('where nothing can be written the training is told so, and goes on', async () => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'previews'), 'a file where the folder should be');
  expect(await keepPreview(folder, preview(1))).toBe(false);
  expect(await listPreviews(folder)).toEqual([]);
});
