import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultTrainingSettings } from '../../../src-main/contract/training.ts';
import type { TrainingRun } from '../../../src-main/contract/training-run.ts';
import { lookFigures } from '../../../src-main/model/image-look.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { learnedLook } from '../../../src-main/tasks/training/learned-look.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { tiffOfPages } from '../../fixtures/tiff-of-pages.ts';
import { control } from '../small-project.ts';

/** Soft spots, the same in every 128 × 128 px. */
function spots(height: number, width: number): Uint8Array {
  return Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) % 128, (i % width) % 128];
    const grain = ((y * 128 + x) * 2654435761) >>> 29;
    return Math.round(20 + 200 * Math.exp(-((y - 64) ** 2 + (x - 64) ** 2) / 200)) + grain;
  });
}

async function projectOf(height: number, width: number): Promise<Project> {
  const folder = temporaryFolder();
  const path = join(folder, 'DAPI.tif');
  writeFileSync(path, tiffOfPages([{ height, width, pixels: spots(height, width) }]));
  const project = await createProject(join(folder, 'project'), 'test');
  expect((await addImages(project, { paths: [path] }, control)).failures).toEqual([]);
  return project;
}

async function lookOf(project: Project, { signal } = control) {
  const run: TrainingRun = {
    name: 'spots',
    startedAt: new Date(0).toISOString(),
    preset: 'tiny',
    channels: ['nuclei'],
    training: project.manifest.images.map(({ id }) => id),
    validation: [],
    useLabels: false,
    startedFrom: null,
    settings: defaultTrainingSettings,
  };
  return learnedLook(project, run, { diameterPx: 32, overridden: true, pixelSizeUm: null }, signal);
}

test('a model keeps how its images look, also of one that is read in bands', async () => {
  const small = await projectOf(512, 512);
  const known = (await lookOf(small))!;
  expect(known).toMatchObject({ images: 1, foregroundShare: null });
  const large = await projectOf(4224, 4096);
  const found = (await lookOf(large))!;
  for (const name of lookFigures) {
    const difference = found.channels[0]![name].mean - known.channels[0]![name].mean;
    expect(Math.abs(difference), name).toBeLessThan(0.05);
  }
  await small.close();
  await large.close();
});

test('a stop ends the reading. It does not count as an image that cannot be read', async () => {
  const project = await projectOf(256, 256);
  await expect(lookOf(project, { ...control, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
  await project.close();
});
