import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { inspectImages } from '../../../src-main/tasks/images/inspect-images.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

test('a stack is shown as its axes are said to be: a picture a channel', async () => {
  const folder = temporaryFolder();
  const project = await createProject(join(folder, 'project'), 'test');
  const path = join(folder, 'stack.tif');
  const planes = Array.from({ length: 4 }, (_, i) => new Uint8Array(12).fill(i));
  const stack = { height: 3, width: 4, dtype: 'uint8', planes, pixelSizeUm: null } as const;
  const channelNames = ['a', 'b', 'c', 'd'];
  writeFileSync(
    path,
    writeTiff({ ...stack, sizes: { t: 1, z: 1, c: 4 }, channelNames }, { description: 'none' }),
  );
  const inspect = async (options: { axes?: string }): Promise<unknown> => {
    const { proposals } = await inspectImages(project, { project: '', paths: [path], options }, control);
    return proposals.map(({ stackLength, sizes, thumbnails, axesAreGuessed }) => [
      stackLength,
      sizes,
      thumbnails.length,
      axesAreGuessed,
    ]);
  };
  expect(await inspect({})).toEqual([[4, { t: 1, z: 1, c: 4 }, 4, true]]);
  expect(await inspect({ axes: 'TC2' })).toEqual([[4, { t: 2, z: 1, c: 2 }, 2, false]]);
  await project.close();
  expect(await inspect({ axes: 'Z' })).toEqual([[4, { t: 1, z: 4, c: 1 }, 1, false]]);
});
