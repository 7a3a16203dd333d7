import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Makes the project that every life starts from. It has seven small images with foreground and points, two
 * models (one of them can segment), predictions to review, and images to be added.
 * @param folder takes `project/`, `images/` and `more/`
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
