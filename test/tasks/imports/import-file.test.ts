import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Zippable } from 'fflate';
import { expect, test } from 'vitest';
import { unpackMask } from '../../../src-main/contract/packed-mask.ts';
import type { ImportRole } from '../../../src-main/contract/requests/review-requests.ts';
import { coco } from '../../../src-main/formats/coco.ts';
import { encodeImageJRoi } from '../../../src-main/formats/imagej-roi.ts';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { importAnswer, importFile } from '../../../src-main/tasks/imports/import-file.ts';
import { importFolder } from '../../../src-main/tasks/imports/import-folder.ts';
import { planImport } from '../../../src-main/tasks/imports/plan-import.ts';
import { cellsOfImage } from '../../../src-main/tasks/review/shown-cells.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { cellFiles, npyFile } from '../cell-files.ts';
import { rowOfCells, side } from '../keep-row-of-cells.ts';
import { control, smallProject, writeFields } from '../small-project.ts';

const labels = rowOfCells(3);
/** The pixels of all cells, as row:column. */
const shape = (values: ArrayLike<number>) =>
  Array.from(values)
    .flatMap((value, i) => (value > 0 ? [`${Math.floor(i / side)}:${i % side}`] : []))
    .join(' ');
const centres = [4, 4, 4, 20, 4, 36];

async function projectWith(name: string): Promise<{ project: Project; path: string }> {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const path = join(folder, name);
  writeFileSync(path, cellFiles[name]!());
  return { project, path };
}

const roles: ImportRole[] = ['cells', 'truth', 'annotation'];
test.each(Object.keys(cellFiles).flatMap((name) => roles.map((as) => [name, as] as const)))(
  '%s is imported as %s pixel by pixel, and one undo takes it back',
  async (name, as) => {
    const { project, path } = await projectWith(name);
    const store = project.annotation(project.image('field-1'));
    expect(await importFile(project, 'field-1', { path, as })).toEqual({
      count: 3,
      leftOut: 0,
      warning: null,
    });
    if (as === 'cells') {
      const { segmentation } = (await cellsOfImage(project, 'field-1', { minScore: 0 }))!;
      expect(shape(labelImageOf(segmentation.labels).data)).toBe(shape(labels.data));
    } else if (as === 'truth') {
      expect(shape(labelImageOf((await store.read('labels'))!).data)).toBe(shape(labels.data));
    } else {
      expect(shape(unpackMask((await store.read('foreground'))!).data)).toBe(shape(labels.data));
      expect([...(await store.read('locations'))!]).toEqual(centres);
    }
    expect((await importAnswer(project, 'field-1', { path, as })).image.marks.labels).toBe(as === 'truth');
    await store.undo();
    const { state } = await store.view();
    expect(state).toEqual({ foreground: null, locations: null, labels: null, review: null });
  },
);

test('points of napari are at the centres of pixels, and are annotation only', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const path = join(folder, 'field-1_points.csv');
  writeFileSync(path, 'index,axis-0,axis-1\n0.0,3.0,7.0\n1.0,10.25,0.0\n');
  await expect(importFile(project, 'field-1', { path, as: 'truth' })).rejects.toMatchObject({
    code: 'setting-invalid',
    subject: path,
  });
  expect(await importFile(project, 'field-1', { path, as: 'annotation' })).toMatchObject({ count: 2 });
  const store = project.annotation(project.image('field-1'));
  expect([...(await store.read('locations'))!]).toEqual([3.5, 7.5, 10.75, 0.5]);
});

test('a folder is paired by name and shown; what fits nothing or is damaged is named', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 3);
  const cells = join(folder, 'cells');
  mkdirSync(join(cells, 'deep'), { recursive: true });
  writeFileSync(join(cells, 'field-1_seg.npy'), npyFile());
  writeFileSync(join(cells, 'deep', 'field-2.geojson'), '{"features": 3}');
  writeFileSync(join(cells, 'other_rois.zip'), cellFiles['field-1_rois.zip']!());
  writeFileSync(join(cells, 'field-1_points.csv'), 'y,x\n4,4\n');
  const named = ['field-3', 'field-7', 'field-8'].map((name) => ({ fileName: `${name}.tif`, name, labels }));
  writeFileSync(join(cells, 'coco.json'), coco(named));
  writeFileSync(join(cells, 'notes.md'), 'no cells');
  const plan = await planImport(project, { paths: [cells], image: null }, control);
  const shown = plan.pairs.map(({ name, file, content, failure }) => [
    name,
    file.slice(cells.length + 1),
    content === null ? failure?.code : `${content.count} ${content.kind}`,
  ]);
  expect(shown).toEqual([
    ['field-3', 'coco.json', '3 cells'],
    ['field-1', 'field-1_seg.npy', '3 cells'],
    ['field-2', join('deep', 'field-2.geojson'), 'file-damaged'],
    ['field-1', 'field-1_points.csv', '1 points'],
  ]);
  expect(plan.unpaired).toEqual([join(cells, 'other_rois.zip')]);
  // Two images that the COCO file names are not in the project.
  const strays = ['field-7', 'field-8'].map((entry) => ({ file: join(cells, 'coco.json'), entry }));
  expect(plan.strays).toEqual(strays);
  // A plan changes nothing.
  for (const { marks } of await Promise.all(
    ['field-1', 'field-2', 'field-3'].map(
      async (name) => (await importAnswer(project, name, { path: cells, as: 'cells' })).image,
    ),
  ))
    expect([marks.cells, marks.labels, marks.locations]).toEqual([0, false, 'missing']);

  const result = await importFolder(project, { folder: cells, as: 'cells' }, control);
  expect(result.imported.map(({ name, count }) => [name, count])).toEqual([
    ['field-3', 3],
    ['field-1', 3],
  ]);
  expect(result.failures.map(({ code }) => code)).toEqual(['file-damaged']);
  expect(result.strays).toEqual(strays);
});

test.each(['cells', 'truth', 'annotation'] as const)(
  'of ROIs that others of the file cover, imported as %s, a person is told',
  async (as) => {
    const { project, path } = await projectWith('field-1_rois.zip');
    const square = (top: number, left: number, side: number) => [
      [top, left, top, left + side, top + side, left + side, top + side, left],
    ];
    // The second region is below the third; half of the first is.
    const regions = { '0001': square(10, 10, 8), '0002': square(22, 22, 4), '0003': square(14, 10, 30) };
    const entries = Object.entries(regions).map(([name, rings]) => [
      `${name}.roi`,
      encodeImageJRoi({ name, rings }),
    ]);
    writeFileSync(path, zipSync(Object.fromEntries(entries) as Zippable));
    const { count, warning } = await importFile(project, 'field-1', { path, as });
    expect(count).toBe(2);
    expect(warning).toMatch(/^1 cell of field-1_rois\.zip was left out\. Other cells of the file cover them/);
  },
);

test('a single file is for the image that a person names, whatever it is called', async () => {
  const { project, path } = await projectWith('qupath.json');
  const byName = await planImport(project, { paths: [path], image: null }, control);
  expect(byName).toEqual({ pairs: [], unpaired: [path], strays: [] });
  const { id } = project.image('field-1');
  const plan = await planImport(project, { paths: [path], image: id }, control);
  expect(plan.pairs.map(({ image, content }) => [image, content?.count])).toEqual([[id, 3]]);
});

test('files that Cellpose saves beside the images are paired; the images are not in their way', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 2);
  const images = join(folder, 'images');
  writeFileSync(join(images, 'field-1_seg.npy'), npyFile());
  writeFileSync(join(images, 'field-2_cp_masks.png'), cellFiles['field-1_cp_masks.png']!());
  // A copy of an image, outside the project.
  writeFileSync(join(images, 'copy.tif'), 'II*');
  const plan = await planImport(project, { paths: [images], image: null }, control);
  expect(plan.pairs.map(({ name, content }) => [name, content?.count])).toEqual([
    ['field-1', 3],
    ['field-2', 3],
  ]);
  expect(plan.unpaired).toEqual([join(images, 'copy.tif')]);
});

test('of two files with cells for one image none is imported, and both are named', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 2);
  const cells = join(folder, 'cells');
  mkdirSync(cells);
  writeFileSync(join(cells, 'field-1_seg.npy'), npyFile());
  writeFileSync(
    join(cells, 'all.json'),
    coco(['field-1', 'field-2'].map((name) => ({ fileName: `${name}.tif`, name, labels }))),
  );
  const plan = await planImport(project, { paths: [cells], image: null }, control);
  expect(plan.pairs.map(({ name, failure }) => [name, failure?.code])).toEqual([
    ['field-1', 'annotation-missing'],
    ['field-2', undefined],
    ['field-1', 'annotation-missing'],
  ]);
  const result = await importFolder(project, { folder: cells, as: 'cells' }, control);
  expect(result.imported.map(({ name }) => name)).toEqual(['field-2']);
  expect(result.failures.map(({ message }) => message)).toEqual([
    `${join(cells, 'all.json')} and ${join(cells, 'field-1_seg.npy')} are both for field-1.`,
    `${join(cells, 'field-1_seg.npy')} and ${join(cells, 'all.json')} are both for field-1.`,
  ]);
});

/** A project with `a/field-1` and `b/field-1`. */
async function twoOfOneName(folder: string): Promise<Project> {
  await writeFields(folder, 1);
  for (const side of ['a', 'b']) {
    mkdirSync(join(folder, side));
    copyFileSync(join(folder, 'images/field-1.tif'), join(folder, side, 'field-1.tif'));
  }
  // Another file, because the same one is not added twice.
  appendFileSync(join(folder, 'b/field-1.tif'), ' ');
  const project = await createProject(join(folder, 'project'), 'test');
  await addImages(project, { paths: [join(folder, 'a'), join(folder, 'b')] }, control);
  return project;
}

test('COCO for images of one base name: each gets the entry of its folder, and none that of the other', async () => {
  const folder = temporaryFolder();
  const project = await twoOfOneName(folder);
  expect(project.manifest.images.map(({ name }) => name)).toEqual(['a/field-1', 'b/field-1']);
  const path = join(folder, 'all.json');
  const write = (entries: [fileName: string, cells: number][]): void => {
    const images = entries.map(([fileName, cells]) => ({ fileName, name: '', labels: rowOfCells(cells) }));
    const file = JSON.parse(coco(images)) as { images: object[] };
    file.images = file.images.map((one) => ({ ...one, name: undefined }));
    writeFileSync(path, JSON.stringify(file));
  };
  const planned = async () => {
    const { pairs } = await planImport(project, { paths: [path], image: null }, control);
    return pairs.map(({ name, content, failure }) => [name, content?.count ?? failure?.code]);
  };
  write([
    ['b/field-1.tif', 2],
    ['a/field-1.tif', 3],
  ]);
  expect(await planned()).toEqual([
    ['a/field-1', 3],
    ['b/field-1', 2],
  ]);
  write([['b/field-1.tif', 2]]);
  expect(await planned()).toEqual([['b/field-1', 2]]);
  await expect(importFile(project, 'a/field-1', { path, as: 'cells' })).rejects.toMatchObject({
    code: 'annotation-missing',
    message: `${path} has no image called a/field-1.`,
  });
  write([['field-1.tif', 2]]);
  expect(await planned()).toEqual([
    ['a/field-1', 'annotation-missing'],
    ['b/field-1', 'annotation-missing'],
  ]);
  // A person may say which image it is.
  expect(await importFile(project, 'b/field-1', { path, as: 'cells' })).toMatchObject({ count: 2 });
});

/** Three squares as GeoJSON. The second is under the third, the last is between the centres of pixels. */
const square = (y: number, x: number, size: number) => ({
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [x, y],
        [x + size, y],
        [x + size, y + size],
        [x, y + size],
        [x, y],
      ],
    ],
  },
});
const overlapping = [square(0, 0, 4), square(21, 21, 2), square(20, 20, 8), square(40.6, 40.6, 0.2)];

test.each(roles)('cells of a file that leave no pixel are counted and told: %s', async (as) => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const path = join(folder, 'field-1.geojson');
  writeFileSync(path, JSON.stringify({ features: overlapping }));
  const warning =
    '2 cells of field-1.geojson were left out. Other cells of the file cover them, or they are smaller than a pixel.';
  expect(await importFile(project, 'field-1', { path, as })).toEqual({ count: 2, leftOut: 0, warning });
  const answer = await importAnswer(project, 'field-1', { path, as });
  expect(answer.warning).toBe(warning);
  expect(answer.image.labelImage?.warning).toBe(as === 'truth' ? warning : undefined);
});

test('outlines as text and COCO count the cells that later ones cover, too', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const text = join(folder, 'field-1_cp_outlines.txt');
  writeFileSync(text, '2,2,3,2,3,3,2,3\n1,1,5,1,5,5,1,5\n');
  const json = join(folder, 'coco.json');
  const segmentation = [[2, 2, 4, 2, 4, 4, 2, 4]];
  writeFileSync(
    json,
    JSON.stringify({
      images: [{ id: 1, file_name: 'field-1.tif', height: side, width: side }],
      annotations: [segmentation, segmentation].map((one) => ({ image_id: 1, segmentation: one })),
    }),
  );
  for (const path of [text, json]) {
    const { count, warning } = await importFile(project, 'field-1', { path, as: 'cells' });
    expect([count, warning]).toEqual([1, expect.stringMatching(/^1 cell of .* was left out\./)]);
  }
});

test('COCO that names two images alike is not guessed, and its own size is checked first', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const path = join(folder, 'all.json');
  const image = { id: 1, file_name: 'a/field-1.tif', height: 2 ** 15, width: 2 ** 15 };
  const write = (images: object[]): void => writeFileSync(path, JSON.stringify({ images, annotations: [] }));
  write([image, { ...image, id: 2, file_name: 'b/field-1.tif' }]);
  await expect(importFile(project, 'field-1', { path, as: 'cells' })).rejects.toMatchObject({
    code: 'annotation-missing',
    message: `${path} has several images called like field-1.`,
  });
  // 4 GB if they were painted.
  write([image]);
  const before = process.memoryUsage().arrayBuffers;
  await expect(importFile(project, 'field-1', { path, as: 'cells' })).rejects.toMatchObject({
    code: 'image-size-mismatch',
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 30);
});
