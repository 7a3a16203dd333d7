import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import type { ImageEntry } from '../../../src-main/contract/project-files.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { loadRole } from '../../../src-main/project/load-image.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { setImages } from '../../../src-main/tasks/images/set-images.ts';
import type { AddParams } from '../../../src-main/tasks/images/add-images.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { displayImage } from '../../../src-main/tasks/images/display-image.ts';
import { inspectImages } from '../../../src-main/tasks/images/inspect-images.ts';
import { pixelsKey } from '../../../src-main/tasks/images/pixels-key.ts';
import { chosenPlanes } from '../../../src-main/tasks/images/chosen-planes.ts';
import { stepHistory } from '../../../src-main/tasks/edits/step-history.ts';
import { summariseImage } from '../../../src-main/tasks/images/summarise-image.ts';
import { tile } from '../../../src-main/tasks/images/tile.ts';
import { planTraining } from '../../../src-main/tasks/training/plan-training.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

const height = 40;
const width = 50;
const sizes = { t: 2, z: 3, c: 1 };

/** The value of a pixel: each focal plane is the brightest in every third column. */
const valueAt = (t: number, z: number, i: number): number => (i % 3 === z ? 200 + 5 * z : 10 * z) + t;
const largestAt = (t: number, i: number): number => Math.max(...[0, 1, 2].map((z) => valueAt(t, z, i)));
const pixelsOf = (value: (i: number) => number): number[] =>
  Array.from({ length: height * width }, (_, i) => value(i));

/** A stack of two time points and three focal planes, and an empty project. */
async function stackAndProject(): Promise<{ path: string; project: Project }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'images'));
  const path = join(folder, 'images', 'stack.tif');
  const planes = Array.from({ length: 6 }, (_, page) =>
    Uint8Array.from(pixelsOf((i) => valueAt(Math.floor(page / 3), page % 3, i))),
  );
  const stack = { height, width, dtype: 'uint8', sizes, planes, pixelSizeUm: null } as const;
  writeFileSync(path, writeTiff({ ...stack, channelNames: ['cells'] }, { description: 'ome' }));
  return { path, project: await createProject(join(folder, 'project'), 'test') };
}

const roles = { cells: 0, nuclei: 0 };
async function added(project: Project, path: string, params: Partial<AddParams>): Promise<ImageEntry[]> {
  const answer = await addImages(project, { paths: [path], roles, ...params }, control);
  expect(answer.failures).toEqual([]);
  return answer.added;
}

test('names of images tell their planes; a choice that a stack does not have is refused', () => {
  const endings = (focus: 'each' | 'maximum' | number, time: 'each' | number, t: number, z: number) =>
    chosenPlanes({ t, z }, { focus, time }, 'stack').map(({ ending, plane }) => [ending, plane]);
  expect(endings('each', 1, 2, 3)).toEqual([
    ['_z1', { t: 1, z: 0 }],
    ['_z2', { t: 1, z: 1 }],
    ['_z3', { t: 1, z: 2 }],
  ]);
  expect(endings('maximum', 'each', 12, 3).at(-1)).toEqual(['_t12', { t: 11, z: 0, projection: 'maximum' }]);
  expect(endings('each', 'each', 2, 10)[10]).toEqual(['_t2_z01', { t: 1, z: 0 }]);
  // Single planes among stacks.
  expect(endings('maximum', 5, 1, 1)).toEqual([['', { t: 0, z: 0 }]]);
  expect(endings(2, 'each', 1, 1)).toEqual([['', { t: 0, z: 0 }]]);
  expect(() => endings(3, 0, 1, 3)).toThrow('stack has 3 focal planes.');
});

test('viewer and computations see the projection that was chosen when the stack was added', async () => {
  const { path, project } = await stackAndProject();
  const [image] = await added(project, path, { focus: 'maximum', time: 1 });
  expect(image).toMatchObject({ name: 'stack', plane: { t: 1, z: 0, projection: 'maximum' } });
  const expected = pixelsOf((i) => largestAt(1, i));
  expect([...(await loadRole(project, image!, 'cells')).data]).toEqual(expected);
  const bytes = await tile(project, { image: 'stack', level: 0, row: 0, column: 0, t: 1, z: 0, c: 0 });
  expect([...new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)]).toEqual(expected);
  expect((await displayImage(project, 'stack')).channels[0]).toMatchObject({ min: 201, max: 211 });
  expect(await summariseImage(project, image!)).toMatchObject({ t: 1, z: 0, projection: 'maximum' });
});

test('a projection is chosen and left with steps of undo, and the viewer asks for other tiles', async () => {
  const { path, project } = await stackAndProject();
  await added(project, path, { focus: 2 });
  const change = (patch: object): Promise<void> =>
    changeImages(project, { edit: randomUUID(), images: ['stack'], ...patch });
  const plane = (): ImageEntry['plane'] => project.image('stack').plane;
  const before = pixelsKey(project.image('stack'));
  await change({ projection: 'best-focus' });
  expect(plane()).toEqual({ t: 0, z: 0, projection: 'best-focus' });
  expect(pixelsKey(project.image('stack'))).not.toBe(before);
  await change({ t: 1 });
  expect(plane()).toEqual({ t: 1, z: 0, projection: 'best-focus' });
  await change({ z: 1 });
  expect(plane()).toEqual({ t: 1, z: 1 });
  await stepHistory(project, 'stack', 'undo', randomUUID());
  expect(plane()).toEqual({ t: 1, z: 0, projection: 'best-focus' });
  await change({ projection: null });
  expect(plane()).toEqual({ t: 1, z: 0 });
  expect(pixelsKey(project.image('stack'))).toBe(before);
  await setImages(project, { focus: 'maximum' }, control);
  const again = await openProject(project.folder, { purpose: 'test', access: 'shared' });
  expect(again.image('stack').plane).toEqual({ t: 1, z: 0, projection: 'maximum' });
  expect((await setImages(again, { focus: 'each' }, control)).failures).toMatchObject([
    { message: 'stack is one image and shows one plane.' },
  ]);
});

test('each plane becomes an image; planes that the project has are not added again', async () => {
  const { path, project } = await stackAndProject();
  const planes = await added(project, path, { focus: 'each', time: 1 });
  expect(planes.map(({ name, id, plane }) => [name, id, plane.t, plane.z])).toEqual([
    ['stack_z1', 'stack_z1', 1, 0],
    ['stack_z2', 'stack_z2', 1, 1],
    ['stack_z3', 'stack_z3', 1, 2],
  ]);
  for (const [z, image] of planes.entries())
    expect([...(await loadRole(project, image, 'cells')).data]).toEqual(pixelsOf((i) => valueAt(1, z, i)));

  const all = await addImages(project, { paths: [path], focus: 'each', time: 'each' }, control);
  expect(all.known.map(({ as }) => as)).toEqual(['stack_z1', 'stack_z2', 'stack_z3']);
  expect(all.added.map(({ name }) => name)).toEqual(['stack_t1_z1', 'stack_t1_z2', 'stack_t1_z3']);

  const whole = await addImages(project, { paths: [path] }, control);
  expect(whole.added).toEqual([]);
  expect(whole.known).toHaveLength(6);

  // Settings apply to all of them. Another order of planes would make other images.
  await addImages(project, { paths: [path], pixelSizeUm: { y: 2, x: 2 } }, control);
  expect(project.manifest.images.map(({ pixelSizeUm, plane: { z } }) => [pixelSizeUm?.x, z])).toEqual(
    [0, 1, 2, 0, 1, 2].map((z) => [2, z]),
  );
  const { failures } = await addImages(project, { paths: [path], axes: 'ZT2' }, control);
  expect(failures).toMatchObject([{ message: 'The planes of this file are 6 images.' }]);
});

test('a file that has changed is updated in all images of its planes', async () => {
  const { path, project } = await stackAndProject();
  await added(project, path, { focus: 'each' });
  const planes = Array.from({ length: 6 }, () => new Uint8Array(height * width).fill(9));
  const stack = { height, width, dtype: 'uint8', sizes, planes, pixelSizeUm: null } as const;
  writeFileSync(path, writeTiff({ ...stack, channelNames: ['cells'] }, { description: 'ome' }));
  expect((await addImages(project, { paths: [path] }, control)).changed).toHaveLength(3);
  expect((await addImages(project, { paths: [path], update: true }, control)).updated).toHaveLength(3);
  for (const image of project.manifest.images)
    expect((await loadRole(project, image, 'cells')).data[0]).toBe(9);
});

test('the intake shows the plane it uses, and pictures of the other ways', async () => {
  const { path, project } = await stackAndProject();
  const label = join(path, '..', 'stack_label.tif');
  const planes = [Uint16Array.from(pixelsOf((i) => i % 3))];
  writeFileSync(
    label,
    writeTiff({
      height,
      width,
      dtype: 'uint16',
      sizes: { t: 1, z: 1, c: 1 },
      planes,
      channelNames: ['labels'],
      pixelSizeUm: null,
    }),
  );
  const inspect = (options: Partial<AddParams>) =>
    inspectImages(project, { project: '', paths: [path, label], options: { ...options, roles } }, control);
  const first = await inspect({});
  expect(first.proposals[0]).toMatchObject({ plane: { t: 0, z: 0 }, images: 1 });
  expect(first.focusViews).toMatchObject({ name: 'stack', count: 3 });
  expect(first.labels[0]?.unfit).toBeNull();
  const maximum = await inspect({ focus: 'maximum' });
  expect(maximum.proposals[0]?.plane).toEqual({ t: 0, z: 0, projection: 'maximum' });
  expect(maximum.proposals[0]?.thumbnails[0]).toEqual(first.focusViews?.maximum);
  expect(first.proposals[0]?.thumbnails[0]).toEqual(first.focusViews?.plane);
  expect(first.focusViews?.maximum).not.toEqual(first.focusViews?.plane);
  const each = await inspect({ focus: 'each', time: 'each' });
  expect(each.proposals[0]?.images).toBe(6);
  expect(each.labels[0]?.unfit).toBe('The planes of stack become 6 images.');
  expect((await inspect({ focus: 7 })).failures).toMatchObject([{ message: 'stack has 3 focal planes.' }]);
});

test('planes of a stack are spared for validation together', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'images'));
  const project = await createProject(join(folder, 'project'), 'test');
  for (let n = 0; n < 10; n++) {
    const planes = [1, 2, 3].map((z) => new Uint8Array(64).fill(10 * n + z));
    const stack = { height: 8, width: 8, dtype: 'uint8', sizes: { t: 1, z: 3, c: 1 }, planes } as const;
    writeFileSync(
      join(folder, 'images', `s${n}.tif`),
      writeTiff({ ...stack, channelNames: ['cells'], pixelSizeUm: null }, { description: 'ome' }),
    );
  }
  await added(project, join(folder, 'images'), { focus: 'each' });
  for (const image of project.manifest.images) {
    await project.annotation(image).edit('Find locations', {
      foreground: {
        value: packMask({ height: 8, width: 8, data: new Uint8Array(64).fill(1) }),
        source: { method: 'threshold', by: 'person', parameters: {} },
      },
      locations: {
        value: Float32Array.of(4, 4),
        source: { method: 'edited', by: 'person', parameters: {} },
      },
    });
  }
  const { training, validation } = await planTraining(project, {});
  expect(validation.map(({ name }) => name)).toEqual(['s5_z1', 's5_z2', 's5_z3']);
  expect(training).toHaveLength(27);
});
