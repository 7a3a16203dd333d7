import { join } from 'node:path';
import type { JobControl } from '../../src-main/contract/job.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { colonyRaster } from '../../src-main/sample/colony-raster.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';

/** Nobody watches or stops it. */
export const control: JobControl = { signal: new AbortController().signal, onProgress: () => undefined };

/**
 * Writes generated fields of 128 × 128 px as two-channel TIFFs to `images/`, and their true cells to
 * `truth/`.
 */
export async function writeFields(folder: string, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let field = 1; field <= count; field += 1) {
    const settings = { ...defaultSampleSettings, heightPx: 128, widthPx: 128 };
    const colony = generateColonyImage(field, settings);
    const raster = colonyRaster(colony);
    const name = `field-${field}`;
    await writeFileAtomically(
      join(folder, 'images', `${name}.tif`),
      writeTiff(raster, { description: 'ome' }),
    );
    await writeFileAtomically(
      join(folder, 'truth', `${name}_label.tif`),
      labelTiff(colony.labels, raster.pixelSizeUm),
    );
    names.push(name);
  }
  return names;
}

/** A project with such fields in it. */
export async function smallProject(folder: string, count: number): Promise<Project> {
  await writeFields(folder, count);
  const project = await createProject(join(folder, 'project'), 'test');
  await addImages(project, { paths: [join(folder, 'images')] }, control);
  return project;
}
