import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobControl } from '../../contract/job.ts';
import { createProject } from '../../project/create-project.ts';
import { addImages } from '../images/add-images.ts';
import { attachLabels } from '../images/attach-labels.ts';
import { generateFields } from './demo-images.ts';
import type { ColonyField } from './demo-images.ts';

/**
 * Fields of the sample project: enough for a training of minutes. The last ones, with their true cells, are
 * validation images.
 */
const fieldCount = 8;
const validationCount = 2;
/** Seeds that the demo does not use, so that no model is evaluated on images that another one learnt. */
const firstSeed = 4001;

/**
 * Makes the sample project in a new folder: generated colonies with two channels, and the true cells of the
 * validation images. The folder appears when it is complete.
 * @throws LacssError `disk-full`, `file-unwritable`, `cancelled`
 */
export async function makeSample(folder: string, { signal, onProgress }: JobControl): Promise<void> {
  const draft = `${folder}-being-made`;
  await rm(draft, { recursive: true, force: true });
  await generateFields(sampleFields(draft), { signal, onProgress });
  await fillProject(draft, { signal, onProgress: () => undefined });
  await rename(draft, folder);
}

function sampleFields(folder: string): ColonyField[] {
  return Array.from({ length: fieldCount }, (_, index) => {
    const name = `colony-${index + 1}`;
    const isForValidation = index >= fieldCount - validationCount;
    return {
      seed: firstSeed + index,
      imagePath: join(folder, 'images', `${name}.ome.tif`),
      truthPath: isForValidation ? join(folder, 'truth', `${name}.tif`) : null,
    };
  });
}

async function fillProject(folder: string, control: JobControl): Promise<void> {
  const project = await createProject(folder, 'LACSS Studio', 'Sample colonies');
  try {
    await addImages(project, { paths: [join(folder, 'images')] }, control);
    const kept = project.manifest.images.slice(-validationCount);
    await attachLabels(project, { folder: join(folder, 'truth'), images: kept.map(({ id }) => id) }, control);
    await project.update((manifest) => ({
      ...manifest,
      images: manifest.images.map((image) => {
        const files = image.files.map((file) => ({
          ...file,
          lastSeenAt: join(folder.replace(/-being-made$/, ''), file.path),
        }));
        return { ...image, files, validation: kept.some(({ id }) => id === image.id) };
      }),
    }));
  } finally {
    await project.close();
  }
}
