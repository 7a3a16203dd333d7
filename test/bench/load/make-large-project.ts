import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import type { ImageEntry } from '../../../src-main/contract/project-files.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { predictionFiles } from '../../../src-main/project/prediction-store.ts';
import { writeFileAtomically } from '../../../src-main/project/write-file-atomically.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';

/** Spacing of the cells on a square grid, px. */
const pitchPx = 12;
const model = 'made-up';

/**
 * Makes a project of many images, each with a foreground, points, a prediction and a few steps of history.
 * One image is made with the program's own code; the others are copies of it with ids of their own.
 * @param folder empty; takes `project/` and `images/`
 * @param perImage cells of each image
 * @returns the project's folder
 */
export async function makeLargeProject(folder: string, images: number, perImage: number): Promise<string> {
  const root = join(folder, 'project');
  const columns = Math.ceil(Math.sqrt(perImage));
  const size = { height: columns * pitchPx, width: columns * pitchPx };
  await mkdir(join(folder, 'images'));
  const project = await createProject(root, 'bench');
  const plane = Uint8Array.from({ length: size.height * size.width }, (_, i) => (i * 7919) % 97);
  const bytes = writeTiff({
    ...size,
    dtype: 'uint8',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [plane],
    channelNames: ['Cells'],
    pixelSizeUm: { y: 0.5, x: 0.5 },
  });
  await writeFileAtomically(join(folder, 'images', 'field-0.tif'), bytes);
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  await addImages(project, { paths: [join(folder, 'images')] }, control);
  const first = project.manifest.images[0]!;

  const labels = { ...size, data: new Int32Array(size.height * size.width) };
  const points: number[] = [];
  for (let cell = 0; cell < perImage; cell++) {
    const [y, x] = [Math.floor(cell / columns) * pitchPx + 2, (cell % columns) * pitchPx + 2];
    for (let dy = 0; dy < 8; dy++)
      labels.data.fill(cell + 1, (y + dy) * size.width + x, (y + dy) * size.width + x + 8);
    points.push(y + 4, x + 4);
  }
  const source = { method: 'file', by: 'person', parameters: {} } as const;
  const locations = Float32Array.from(points);
  const isCell = Uint8Array.from(labels.data, (label) => Number(label > 0));
  const annotation = project.annotation(first);
  await annotation.edit('Pick', { foreground: { value: packMask({ ...size, data: isCell }), source } });
  await annotation.edit('Find locations', { locations: { value: locations, source } });
  const record = {
    imageName: first.name,
    imageSha256: first.files.map(({ sha256 }) => sha256),
    weightsSha256: '0'.repeat(64),
    parameters: { minScore: 0.1 },
    cells: perImage,
    elapsedMs: 5,
    at: new Date(0).toISOString(),
  };
  const scores = new Float32Array(perImage).fill(0.9);
  await project.prediction(model, first).write(record, predictionFiles({ labels, scores, locations }));

  const entries: ImageEntry[] = [first];
  for (let n = 1; n < images; n++) {
    const name = `field-${n}`;
    await cp(join(folder, 'images', 'field-0.tif'), join(folder, 'images', `${name}.tif`));
    for (const part of ['annotations', join('predictions', model)])
      await cp(join(root, part, first.id), join(root, part, name), { recursive: true });
    const files = first.files.map((file) => ({
      ...file,
      path: file.path.replace('field-0', name),
      lastSeenAt: file.lastSeenAt.replace('field-0', name),
    }));
    entries.push({ ...first, id: name, name, files });
  }
  await project.update((manifest) => ({ ...manifest, images: entries }));
  await project.close();
  return root;
}
