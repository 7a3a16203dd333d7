import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import type { ImageEntry } from '../../../src-main/contract/project-files.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { writeFileAtomically } from '../../../src-main/project/write-file-atomically.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import {
  planWarnings,
  recordWarnings,
  trainingWarnings,
} from '../../../src-main/tasks/training/training-warnings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { quickTraining } from '../quick-training.ts';
import { control, smallProject } from '../small-project.ts';

test('doubtful annotation is told by image, and refused with strict', async () => {
  const project = await smallProject(temporaryFolder(), 2);
  const [first, second] = project.manifest.images as [ImageEntry, ImageEntry];
  const data = new Uint8Array(128 * 128).fill(1);
  const mask = { height: 128, width: 128, data };
  const by = { method: 'candidate', by: 'machine', parameters: { confidence: 0.45 } } as const;
  const sure = { method: 'candidate', by: 'person', parameters: { confidence: 0.45 } } as const;
  const found = { method: 'difference-of-gaussians', by: 'machine', parameters: {} } as const;
  await project.annotation(first).edit('doubtful', {
    foreground: { value: packMask(mask), source: by },
    locations: { value: Float32Array.of(20, 20), source: found },
  });
  // Left half foreground: one point in it, one outside. A separate square without a point.
  const half = Uint8Array.from(data, (_, i) => {
    const [y, x] = [Math.floor(i / 128), i % 128];
    return x < 64 || (x >= 80 && x < 120 && y < 60) ? 1 : 0;
  });
  await project.annotation(second).edit('seen', {
    foreground: { value: packMask({ ...mask, data: half }), source: sure },
    locations: { value: Float32Array.of(20, 20, 110, 100), source: found },
  });
  const warnings = await trainingWarnings(project, [first, second], 'picked');
  expect(warnings.map(({ name, message }) => `${name}: ${message}`)).toEqual([
    'field-1: The foreground is a suggestion with 45 % confidence that nobody has looked at.',
    'field-1: The foreground covers 100 % of the image.',
    'field-2: 1 region without a point.',
    'field-2: 1 point outside the foreground.',
  ]);
  await expect(trainOnProject(project, { ...quickTraining, strict: true }, control)).rejects.toMatchObject({
    code: 'annotation-invalid',
    subject: 'field-1',
    message: expect.stringContaining('There are 3 more warnings.') as string,
  });
  // The window's plan has the same warnings, and so does a resumed training.
  expect(await planWarnings(project, undefined)).toEqual(warnings);
  const stop = new AbortController();
  const stopping = { signal: stop.signal, onProgress: () => undefined };
  const begun = trainOnProject(project, quickTraining, stopping, { onStep: () => stop.abort() });
  await expect(begun).rejects.toMatchObject({ code: 'cancelled' });
  const resume = { ...quickTraining, resume: 'newest' };
  await expect(trainOnProject(project, { ...resume, strict: true }, control)).rejects.toMatchObject({
    code: 'annotation-invalid',
  });
  expect((await trainOnProject(project, resume, control)).warnings).toEqual(warnings);
  await project.close();
});

test('a guessed channel is doubtful until a person chooses it', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const image = project.manifest.images[0]!;
  const { state } = await project.annotation(image).view();
  expect(recordWarnings(image, state)).toEqual([]);
  await project.update((manifest) => ({
    ...manifest,
    images: [{ ...image, rolesConfidence: 0.31 }],
  }));
  const guessed = project.manifest.images[0]!;
  expect(recordWarnings(guessed, state)).toEqual([
    'Its cells channel, Membrane, is a guess with 31 % confidence.',
  ]);
  await changeImages(project, { images: [image.id], roles: image.roles, edit: randomUUID() });
  expect(recordWarnings(project.manifest.images[0]!, state)).toEqual([]);
  await project.close();
});

test('noise beside nuclei is taken for cells with doubt, which the project keeps', async () => {
  const folder = temporaryFolder();
  const random = new SeededRandom(1);
  const size = 96;
  const plane = (of: (y: number, x: number) => number) =>
    Uint16Array.from({ length: size ** 2 }, (_, i) => of(Math.floor(i / size), i % size));
  const noise = () => plane(() => 100 + Math.round(10 * random.normal()));
  const raster = {
    height: size,
    width: size,
    dtype: 'uint16',
    sizes: { t: 1, z: 1, c: 2 },
    planes: [noise(), noise()],
    channelNames: ['A', 'B'],
    pixelSizeUm: null,
  } as const;
  await writeFileAtomically(join(folder, 'images', 'a.tif'), writeTiff(raster, { description: 'ome' }));
  const project = await createProject(join(folder, 'project'), 'test');
  await addImages(project, { paths: [join(folder, 'images')] }, control);
  const image = project.manifest.images[0]!;
  expect(image.rolesConfidence).toBeLessThan(0.6);
  const { state } = await project.annotation(image).view();
  expect(recordWarnings(image, state)[0]!).toMatch(
    /^Its cells channel, [AB], is a guess with \d+ % confidence\.$/,
  );
  await project.close();
});
