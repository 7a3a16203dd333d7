import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { readImage } from '../../fixtures/read-image.ts';
import { shippedModelPath } from '../../../src-main/project/included-model-path.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import type { SegmentFolderParams } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control, writeFields } from '../small-project.ts';

test('without a project too, a person chooses the plane of a stack, and is told which was used', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 1);
  const [file] = readdirSync(join(folder, 'images')).filter((name) => name.endsWith('.tif'));
  const field = await readImage(new Uint8Array(readFileSync(join(folder, 'images', file!))), file!);
  // The first focal plane of each channel is empty, the second shows the field.
  const empty = field.planes.map((plane) => plane.map(() => 100));
  const stack = { ...field, sizes: { ...field.sizes, z: 2 }, planes: [...empty, ...field.planes] };
  await mkdir(join(folder, 'stacks'));
  writeFileSync(join(folder, 'stacks', 'stack.tif'), writeTiff(stack));

  const run = async (paths: string, output: string, planes?: SegmentFolderParams['planes']) => {
    const result = await segmentFolder(
      {
        modelPath: shippedModelPath,
        paths: [join(folder, paths)],
        output: join(folder, output),
        engine: 'onnx',
        ...(planes === undefined ? {} : { planes }),
      },
      control,
    );
    expect(result.failures).toEqual([]);
    const labels = readdirSync(join(folder, output)).find((name) => name.endsWith('_labels.tif'))!;
    return {
      cells: result.done[0]?.cells ?? null,
      note: result.done[0]?.note,
      skipped: result.skipped.length,
      labels: readFileSync(join(folder, output, labels)),
    };
  };
  const plain = await run('images', 'plain');
  expect(plain.cells).toBeGreaterThan(0);
  expect(plain.note).toBeUndefined();

  const first = await run('stacks', 'found');
  expect(first.cells).toBe(0);
  expect(first.note).toMatch(/^uses focal plane 1 of 2 \(--focus and --time choose\)/);
  const second = await run('stacks', 'found', { focus: 1 });
  expect(second.note).toMatch(/^uses focal plane 2 of 2 /);
  expect(second.labels).toEqual(plain.labels);
  // The same plane is not segmented twice, and not confused with another.
  expect((await run('stacks', 'found', { focus: 1 })).skipped).toBe(1);
  const maximum = await run('stacks', 'found', { focus: 'maximum' });
  expect(maximum.note).toMatch(/^uses the maximum projection of 2 focal planes /);
  expect(maximum.cells).toBeGreaterThan(0);
  await expect(
    segmentFolder(
      {
        modelPath: shippedModelPath,
        paths: [join(folder, 'stacks')],
        output: join(folder, 'none'),
        engine: 'onnx',
        planes: { focus: 4 },
      },
      control,
    ),
  ).resolves.toMatchObject({ done: [], failures: [{ code: 'setting-invalid' }] });
});
