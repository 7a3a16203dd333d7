import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEngine } from '../../../src-main/engine/open-engine.ts';
import { createModel } from '../../../src-main/model/create-model.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { measureManyFiles } from '../../bench/load/many-files.ts';
import { noiseTiff, writeUntrainedFolder } from '../../bench/untrained-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

/** The short form of a part of `npm run bench:load`. */
test('of 120 files with 5 broken, 115 have results and 5 an error that names the file', async () => {
  const { figures, faults } = await measureManyFiles(120, 5);
  expect(faults).toEqual([]);
  expect(figures).toMatchObject({ results: 115, 'named errors': 5 });
});

test('a file whose results would have too long a name fails alone', async () => {
  await openEngine('onnx');
  const { folder, modelPath, images, diameterPx } = writeUntrainedFolder(
    createModel('tiny', 1, 1),
    noiseTiff(),
    3,
  );
  const long = 'x'.repeat(250);
  renameSync(images[1]!, join(folder, `${long}.tif`));
  const output = join(temporaryFolder(), 'found');
  mkdirSync(output);
  const { done, failures } = await segmentFolder(
    { paths: [folder], modelPath, output, engine: 'onnx', diameterPx },
    control,
  );
  rmSync(folder, { recursive: true });
  expect(done.map(({ name }) => name)).toEqual(['image-0', 'image-2']);
  expect(failures).toMatchObject([{ subject: long, code: 'name-invalid' }]);
  expect(readdirSync(output).filter((name) => name.endsWith('_labels.tif'))).toEqual([
    'image-0_labels.tif',
    'image-2_labels.tif',
  ]);
});
