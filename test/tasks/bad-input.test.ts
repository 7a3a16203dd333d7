import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packMask } from '../../src-main/contract/packed-mask.ts';
import type { AnnotationSource } from '../../src-main/contract/project-files.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import type { Project } from '../../src-main/project/project.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { evaluateImages } from '../../src-main/tasks/results/evaluate-images.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { segmentProject } from '../../src-main/tasks/segmenting/segment-project.ts';
import { segmentFolder } from '../../src-main/tasks/segmenting/segment-folder.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import type { TrainParams } from '../../src-main/tasks/training/begin-training.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { control } from './small-project.ts';

const source: AnnotationSource = { method: 'edited', by: 'person', parameters: {} };

/** Bright disks on a grid of `pitch` px, one location each. */
function disks(size: number, pitch: number): { pixels: Uint16Array; locations: Float32Array } {
  const pixels = new Uint16Array(size * size).fill(100);
  const locations: number[] = [];
  for (let cy = pitch / 2; cy < size; cy += pitch)
    for (let cx = pitch / 2; cx < size; cx += pitch) locations.push(cy, cx);
  for (let i = 0; i < pixels.length; i += 1) {
    const y = (Math.floor(i / size) + 0.5) % pitch;
    const x = ((i % size) + 0.5) % pitch;
    if (Math.hypot(y - pitch / 2, x - pitch / 2) < 0.4 * pitch) pixels[i] = 1000;
  }
  return { pixels, locations: Float32Array.from(locations) };
}

function grey(pixels: Uint16Array | Float32Array, size: number): Uint8Array {
  return writeTiff({
    height: size,
    width: size,
    dtype: pixels instanceof Float32Array ? 'float32' : 'uint16',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [pixels],
    channelNames: ['Membrane'],
    pixelSizeUm: null,
  });
}

/** A project of one image of disks, with this many of their locations. */
async function diskProject(size: number, pitch: number, count = Infinity): Promise<Project> {
  const folder = temporaryFolder();
  const { pixels, locations } = disks(size, pitch);
  mkdirSync(join(folder, 'images'));
  writeFileSync(join(folder, 'images', 'disks.tif'), grey(pixels, size));
  const project = await createProject(join(folder, 'project'), 'test');
  await addImages(project, { paths: [join(folder, 'images')] }, control);
  const data = Uint8Array.from(pixels, (value) => (value > 500 ? 1 : 0));
  await project.annotation(project.image('disks')).edit('annotate', {
    foreground: { value: packMask({ height: size, width: size, data }), source },
    locations: { value: locations.subarray(0, Math.min(2 * count, locations.length)), source },
  });
  return project;
}

const params: TrainParams = {
  preset: 'tiny',
  until: { kind: 'steps', steps: 2 },
  seed: 1,
  engine: 'onnx',
  startFrom: null,
};

test('no locations: nothing to train on, told in words, and no model is left behind', async () => {
  const project = await diskProject(64, 16, 0);
  await expect(trainOnProject(project, params, control)).rejects.toMatchObject({
    code: 'annotation-missing',
    message: 'The training images have no locations.',
  });
  expect(readdirSync(project.path('models'))).toEqual([]);
  await project.close();
});

test('one location in 64 × 64 px trains; what it makes of odd files is listed file by file', async () => {
  const project = await diskProject(64, 16, 1);
  const { model } = await trainOnProject(project, params, control);
  const folder = temporaryFolder();
  const images = join(folder, 'images');
  mkdirSync(images);
  writeFileSync(join(images, 'a black.tif'), grey(new Uint16Array(64 * 64), 64));
  writeFileSync(join(images, 'b nan.tif'), grey(new Float32Array(16).fill(NaN), 4));
  writeFileSync(join(images, 'c text.tif'), 'text');
  writeFileSync(join(images, 'd tiny.tif'), grey(Uint16Array.of(1, 2, 3, 4), 2));
  writeFileSync(join(images, 'e narrow.tif'), grey(disks(96, 16).pixels, 96));
  const result = await segmentFolder(
    {
      modelPath: project.path('models', model),
      paths: [images],
      output: join(folder, 'found'),
      engine: 'onnx',
    },
    control,
  );
  expect(result.done.map(({ name }) => name)).toEqual(['a black', 'd tiny', 'e narrow']);
  expect(result.failures.map(({ subject, code }) => [subject, code])).toEqual([
    ['b nan', 'image-invalid'],
    ['c text', 'file-unsupported'],
  ]);
  await project.close();
});

test('5041 locations in one image train, all cells of a crop at once', async () => {
  const project = await diskProject(568, 8);
  const counts: number[] = [];
  const settings = { cropPx: 512 };
  const { cellDiameterPx } = await trainOnProject(project, { ...params, settings }, control, {
    onStep: ({ cells }) => counts.push(cells),
  });
  // Disks of radius 0.4 · 8 px.
  expect(cellDiameterPx).toBeGreaterThan(6);
  expect(cellDiameterPx).toBeLessThan(7);
  expect(Math.min(...counts)).toBeGreaterThan(400);
  await project.close();
});

test('a project without images has nothing to find the foreground, the locations or the cells of', async () => {
  const project = await createProject(join(temporaryFolder(), 'project'), 'test');
  const none = { code: 'no-images', remedy: 'Add some first.', command: 'lacss add' };
  await expect(makeForegrounds(project, { choice: { kind: 'best' } }, control)).rejects.toMatchObject(none);
  await expect(
    locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control),
  ).rejects.toMatchObject(none);
  await project.close();
});

test('truth of other names: says in which folder nothing fits', async () => {
  const project = await diskProject(64, 16);
  const { model } = await trainOnProject(project, params, control);
  await segmentProject(project, { model, engine: 'onnx' }, control);
  const truth = temporaryFolder();
  writeFileSync(join(truth, 'notes.tif'), 'text');
  await expect(evaluateImages(project, { model, truth }, control)).rejects.toMatchObject({
    code: 'annotation-missing',
    remedy: expect.stringContaining(`disks: no file in ${truth} has its name.`) as string,
  });
  await project.close();
});

test.each([
  ['text', () => new TextEncoder().encode('text'), 'file-unsupported'],
  ['cut short', () => grey(disks(64, 16).pixels, 64).subarray(0, 200), 'file-damaged'],
  ['of another size', () => grey(disks(32, 16).pixels, 32), 'image-size-mismatch'],
  ['without numbers', () => grey(new Float32Array(64 * 64).fill(NaN), 64), 'image-invalid'],
])(
  'an image that has become %s since is told of by every verb, and nothing is written of it',
  async (...given) => {
    const [, bytes, code] = given;
    const project = await diskProject(64, 16);
    const { model } = await trainOnProject(project, params, control);
    const before = await project.annotation(project.image('disks')).view();
    writeFileSync(join(project.folder, '..', 'images', 'disks.tif'), bytes());
    const made = await makeForegrounds(project, { choice: { kind: 'best' }, again: true }, control);
    expect(made.failures).toMatchObject([{ subject: 'disks', code }]);
    await expect(trainOnProject(project, params, control)).rejects.toMatchObject({ code });
    expect(readdirSync(project.path('models'))).toEqual([model]);
    const found = await segmentProject(project, { model, engine: 'onnx' }, control);
    expect(found.failures).toMatchObject([{ subject: 'disks', code }]);
    expect((await project.annotation(project.image('disks')).view()).state).toEqual(before.state);
    await expect(evaluateImages(project, { model }, control)).rejects.toMatchObject({
      remedy: expect.stringContaining('has not segmented it') as string,
    });
    await project.close();
  },
);
