import { join } from 'node:path';
import type { JobControl } from '../../../src-main/contract/job.ts';
import { centresOfMass } from '../../../src-main/imaging/label/centres-of-mass.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { predictionFiles, PredictionStore } from '../../../src-main/project/prediction-store.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { writeFileAtomically } from '../../../src-main/project/write-file-atomically.ts';
import { generateColonyImage } from '../../../src-main/sample/generate-colony-image.ts';
import type { ColonyImage } from '../../../src-main/sample/generate-colony-image.ts';
import { colonyRaster } from '../../../src-main/sample/colony-raster.ts';
import { defaultSampleSettings } from '../../../src-main/sample/sample-settings.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { makeForegrounds } from '../../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../../src-main/tasks/locations/locate-cells.ts';
import { crowdImage } from './crowd-image.ts';

const control: JobControl = { signal: new AbortController().signal, onProgress: () => undefined };

function colony(seed: number, heightPx: number, widthPx: number): ColonyImage {
  return generateColonyImage(seed, { ...defaultSampleSettings, heightPx, widthPx });
}

async function writeColony(
  path: string,
  colony: Pick<ColonyImage, 'height' | 'width' | 'membrane' | 'nuclei'>,
): Promise<void> {
  const raster = { ...colonyRaster({ ...colony, pixelSizeUm: 1 }), pixelSizeUm: null };
  const bytes = writeTiff(raster, { description: 'ome' });
  await writeFileAtomically(path, bytes);
}

/** A project of the images in the folder beside it. */
async function projectOf(folder: string, name: string): Promise<Project> {
  const project = await createProject(join(folder, name), 'bench');
  await addImages(project, { paths: [join(folder, `${name}-images`)] }, control);
  return project;
}

/**
 * A project of generated fields of one size. @param annotated - ready to be trained on @returns its folder
 */
export async function writeFields(
  folder: string,
  name: string,
  count: number,
  heightPx: number,
  widthPx: number,
  annotated = false,
): Promise<string> {
  for (let i = 0; i < count; i++) {
    await writeColony(join(folder, `${name}-images`, `${name}-${i}.tif`), colony(i + 1, heightPx, widthPx));
  }
  const project = await projectOf(folder, name);
  if (annotated) {
    await makeForegrounds(project, { choice: { kind: 'best' } }, control);
    await locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control);
  }
  await project.close();
  return join(folder, name);
}

/**
 * A project of one image with 3025 found cells.
 * @param modelOf the model that found them; by default one that does not exist
 */
export async function writeCrowd(
  folder: string,
  name: string,
  modelOf: (project: Project) => Promise<string> = () => Promise.resolve('bench'),
): Promise<{ folder: string; cells: number }> {
  const field = crowdImage();
  await writeColony(join(folder, `${name}-images`, `${name}.tif`), field);
  const project = await projectOf(folder, name);
  const image = project.manifest.images[0]!;
  const locations = centresOfMass(field.labels);
  const count = locations.length / 2;
  await new PredictionStore(project.path('predictions', await modelOf(project), image.id)).write(
    {
      imageName: image.name,
      imageSha256: image.files.map(({ sha256 }) => sha256),
      weightsSha256: '0'.repeat(64),
      parameters: {},
      cells: count,
      elapsedMs: 0,
      at: new Date().toISOString(),
    },
    predictionFiles({
      labels: field.labels,
      scores: Float32Array.from({ length: count }, (_, i) => 0.5 + (0.5 * i) / count),
      locations,
    }),
  );
  await project.close();
  return { folder: join(folder, name), cells: count };
}

/** A project of this many images that differ in one sample. @returns its folder */
export async function writeMany(folder: string, name: string, count: number, sidePx = 256): Promise<string> {
  const field = colony(3, sidePx, sidePx);
  for (let i = 0; i < count; i++) {
    field.membrane[0] = i;
    await writeColony(join(folder, `${name}-images`, `${name}-${String(i).padStart(3, '0')}.tif`), field);
  }
  const project = await projectOf(folder, name);
  await project.close();
  return join(folder, name);
}

/**
 * A project of one image of 8000 × 8000 px, a small field repeated: two channels of 16 bits, 256 MB. @returns
 * its folder
 */
export async function writeLarge(folder: string, name: string): Promise<string> {
  const field = colony(5, 500, 500);
  const side = 8000;
  const repeat = (plane: Uint16Array) => {
    const large = new Uint16Array(side * side);
    for (let y = 0; y < side; y++) {
      const row = plane.subarray((y % field.height) * field.width, ((y % field.height) + 1) * field.width);
      for (let x = 0; x < side; x += field.width) large.set(row, y * side + x);
    }
    return large;
  };
  const large = {
    height: side,
    width: side,
    membrane: repeat(field.membrane),
    nuclei: repeat(field.nuclei),
  };
  await writeColony(join(folder, `${name}-images`, `${name}.tif`), large);
  const project = await projectOf(folder, name);
  await project.close();
  return join(folder, name);
}
