import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Raster } from '../../src-main/contract/pixels.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { annotateDisks, predictDisks } from '../fixtures/annotated-disks.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';

/** Images by the kind of work on them, so that no two kinds wait for each other. */
export const imagesFor = {
  /** Picked, painted, edited, reviewed. Two editors have two images each. */
  editing: ['field-1', 'field-2', 'field-3', 'field-4'],
  segmenting: ['field-5', 'field-6'],
  /** Removed and restored. */
  removing: ['field-7'],
} as const;

/** Files in `more/` of a life, which are added one by one. */
export const moreImages = 12;

/** Stacks in `stacks/` of a life, of two time points and two focal planes. Each plane becomes an image. */
export const moreStacks = 4;

export function stackName(index: number): string {
  return `stack-${index + 1}`;
}

/** The images that a stack becomes. */
export function stackImages(name: string): string[] {
  return ['_t1_z1', '_t1_z2', '_t2_z1', '_t2_z2'].map((ending) => name + ending);
}

/**
 * Makes the project that every life starts from. It has seven small images with foreground and points, two
 * models (one of them can segment), predictions to review, and images to be added.
 * @param folder takes `project/`, `images/`, `more/` and `stacks/`
 */
export async function makeCrashProject(folder: string): Promise<void> {
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const names = Object.values(imagesFor).flat();
  await writeTwoChannelImages(join(folder, 'all'), names.length + moreImages);
  for (const part of ['images', 'more']) await mkdir(join(folder, part));
  for (const file of await readdir(join(folder, 'all'))) {
    const isFirst = names.includes(file.replace('.ome.tif', '') as (typeof names)[number]);
    await copyFile(join(folder, 'all', file), join(folder, isFirst ? 'images' : 'more', file));
  }
  await mkdir(join(folder, 'stacks'));
  for (let n = 0; n < moreStacks; n++) {
    const path = join(folder, 'stacks', `${stackName(n)}.ome.tif`);
    await writeFile(path, writeTiff(stackOf(n)));
  }
  const project = await createProject(join(folder, 'project'), 'test');
  await addImages(project, { paths: [join(folder, 'images')] }, control);
  for (const image of project.manifest.images) await annotateDisks(project, image);
  await new ModelStore(project.path('models')).save('by-hand', storedModel('by-hand', 1));
  for (const name of imagesFor.editing) await predictDisks(project, 'by-hand', project.image(name));
  const params = {
    preset: 'tiny',
    until: { kind: 'steps', steps: 2 },
    seed: 1,
    engine: 'auto',
    startFrom: null,
  } as const;
  await trainOnProject(project, { ...params, name: 'tiny' }, control);
  await project.close();
}

/** A small stack with one channel. Every one has other pixels. */
function stackOf(seed: number): Raster {
  const [height, width] = [48, 48];
  const planes = Array.from({ length: 4 }, (_, plane) =>
    Uint16Array.from({ length: height * width }, (_, i) => 400 + ((i * (seed + 3) + plane * 17) % 251)),
  );
  const sizes = { t: 2, z: 2, c: 1 };
  return { height, width, dtype: 'uint16', sizes, planes, channelNames: ['Membrane'], pixelSizeUm: null };
}
