import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import type { Part } from './measured.ts';

/** Memory limit for any number of images, MB. */
const promisedMb = 1200;

const size = { height: 512, width: 512 };
/** Disks on a grid, px. */
const pitch = 64;
const radius = 20;

function isInside(i: number): boolean {
  const [y, x] = [Math.floor(i / size.width), i % size.width];
  return Math.hypot((y % pitch) - pitch / 2, (x % pitch) - pitch / 2) < radius;
}

/** Disks with their own noise, in two channels of 16 bits. */
function imageBytes(seed: number): Uint8Array {
  const plane = (grey: number): Uint16Array =>
    Uint16Array.from({ length: size.height * size.width }, (_, i) => {
      return (isInside(i) ? grey : 500) + ((i * 7919 + seed * 104_729) % 97);
    });
  return writeTiff({
    ...size,
    dtype: 'uint16',
    sizes: { t: 1, z: 1, c: 2 },
    planes: [plane(4000), plane(3000 + seed)],
    channelNames: ['Membrane', 'DAPI'],
    pixelSizeUm: null,
  });
}

/** Trains on many images of 512² px with two channels of 16 bits. Not all of them may stay in memory. */
export async function measureManyTrainingImages(images: number): Promise<Part> {
  const folder = await mkdtemp(join(tmpdir(), 'lacss-load-'));
  try {
    const control = { signal: new AbortController().signal, onProgress: () => undefined };
    await mkdir(join(folder, 'images'));
    for (let n = 0; n < images; n++) await writeFile(join(folder, 'images', `field-${n}.tif`), imageBytes(n));
    const project = await createProject(join(folder, 'project'), 'bench');
    await addImages(project, { paths: [join(folder, 'images')] }, control);
    const data = Uint8Array.from({ length: size.height * size.width }, (_, i) => Number(isInside(i)));
    const centres = Array.from({ length: size.height / pitch }, (_, n) => n * pitch + pitch / 2);
    const source = { method: 'file', by: 'person', parameters: {} } as const;
    const foreground = { value: packMask({ ...size, data }), source };
    const locations = {
      value: Float32Array.from(centres.flatMap((y) => centres.flatMap((x) => [y, x]))),
      source,
    };
    for (const image of project.manifest.images)
      await project.annotation(image).edit('Annotate', { foreground, locations });
    const steps = 120;
    const startedAt = performance.now();
    await trainOnProject(
      project,
      { preset: 'tiny', until: { kind: 'steps', steps }, seed: 1, engine: 'onnx', startFrom: null },
      control,
    );
    const seconds = (performance.now() - startedAt) / 1000;
    await project.close();
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    return {
      name: `${steps} steps of tiny on ${images} images of 512² px`,
      figures: { 'peak memory of the whole process, MB': peakMb, 's of training': Math.round(seconds) },
      faults: peakMb > promisedMb ? [`${peakMb} MB of ${promisedMb}`] : [],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
