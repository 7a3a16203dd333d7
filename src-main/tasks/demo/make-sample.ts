import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { labelTiff } from '../../formats/label-tiff.ts';
import type { JobControl } from '../../contract/job.ts';
import { LacssError } from '../../contract/errors.ts';
import { writeTiff } from '../../imaging/tiff/write-tiff.ts';
import { createProject } from '../../project/create-project.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { colonyRaster } from '../../sample/colony-raster.ts';
import { generateColonyImage } from '../../sample/generate-colony-image.ts';
import { add } from '../images/add.ts';
import { attachLabels } from '../images/attach-labels.ts';

/**
 * Fields of the sample project: enough to train on in minutes; the last ones, with their true cells, judge
 * the model.
 */
const fieldCount = 8;
const validationCount = 2;
/** Other seeds than the demo's, so that a model of one is not judged on what the other has learnt from. */
const firstSeed = 4001;

/**
 * Makes the sample project in a new folder: generated colonies with two channels, and the true cells of the
 * fields kept for validation. The folder appears when it is whole.
 * @throws LacssError `disk-full`, `file-unwritable`, `cancelled`
 */
export async function makeSample(folder: string, { signal, onProgress }: JobControl): Promise<void> {
  const draft = `${folder}-being-made`;
  await rm(draft, { recursive: true, force: true });
  for (let field = 0; field < fieldCount; field++) {
    if (signal.aborted) throw new LacssError('cancelled', 'Stopped.');
    onProgress({
      done: field,
      total: fieldCount + 1,
      message: `Preparing sample images, ${field + 1} of ${fieldCount}`,
    });
    await writeField(draft, field);
  }
  await fillProject(draft, { signal, onProgress: () => undefined });
  await rename(draft, folder);
}

async function writeField(folder: string, field: number): Promise<void> {
  const colony = generateColonyImage(firstSeed + field);
  const raster = colonyRaster(colony);
  const name = `colony-${field + 1}`;
  await writeFileAtomically(join(folder, 'images', `${name}.ome.tif`), writeTiff(raster));
  if (isForValidation(field))
    await writeFileAtomically(
      join(folder, 'truth', `${name}.tif`),
      labelTiff(colony.labels, raster.pixelSizeUm),
    );
  // The colonies of one field take a second: tiles and edits get their turn in between.
  await new Promise(setImmediate);
}

async function fillProject(folder: string, control: JobControl): Promise<void> {
  const project = await createProject(folder, 'LACSS Studio', 'Sample colonies');
  try {
    await add(project, { paths: [join(folder, 'images')] }, control);
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

function isForValidation(field: number): boolean {
  return field >= fieldCount - validationCount;
}
