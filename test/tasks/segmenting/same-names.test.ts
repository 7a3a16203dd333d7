import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

const modelPath = fileURLToPath(new URL('../../../resources/models/generated-cells.lacss', import.meta.url));

test('images of one name keep their own results, in one run and in several', async () => {
  const folder = temporaryFolder();
  const output = join(folder, 'found');
  for (const [seed, plate] of ['plateA', 'plateB', 'plateC'].entries()) {
    mkdirSync(join(folder, plate));
    const data = Int32Array.from({ length: 64 * 64 }, (_, i) => (i * (seed + 3)) % 251);
    writeFileSync(join(folder, plate, 'A01.tif'), labelTiff({ height: 64, width: 64, data }));
  }
  const run = async (...plates: string[]): Promise<string[]> => {
    const paths = plates.map((plate) => join(folder, plate));
    const { done, failures } = await segmentFolder({ modelPath, paths, output, engine: 'onnx' }, control);
    expect(failures).toEqual([]);
    return done.map(({ name }) => name);
  };
  expect(await run('plateA', 'plateB')).toEqual(['plateA/A01', 'plateB/A01']);
  expect(await run('plateC')).toEqual(['A01']);
  // A finished image keeps its name, and is not segmented again.
  expect(await run('plateB')).toEqual([]);
  // Another folder with an image of the same name.
  mkdirSync(join(folder, 'plateD'));
  copyFileSync(join(folder, 'plateA', 'A01.tif'), join(folder, 'plateD', 'A01.tif'));
  expect(await run('plateD')).toEqual(['plateD/A01']);
  const names = readdirSync(output, { recursive: true }).map(String).sort();
  expect(names.filter((name) => name.endsWith('_labels.tif'))).toEqual([
    'A01_labels.tif',
    join('plateA', 'A01_labels.tif'),
    join('plateB', 'A01_labels.tif'),
    join('plateD', 'A01_labels.tif'),
  ]);
  const log = JSON.parse(readFileSync(join(output, 'lacss-segmentation.json'), 'utf8')) as {
    images: Record<string, unknown>;
  };
  expect(Object.keys(log.images).sort()).toEqual(['A01', 'plateA/A01', 'plateB/A01', 'plateD/A01']);
});
