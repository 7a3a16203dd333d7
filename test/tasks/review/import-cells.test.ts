import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { exportCells } from '../../../src-main/tasks/results/export-cells.ts';
import { importCells } from '../../../src-main/tasks/review/import-cells.ts';
import { openReview } from '../../../src-main/tasks/review/open-review.ts';
import { cellsOfImage } from '../../../src-main/tasks/review/shown-cells.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { keepRowOfCells, side } from '../keep-row-of-cells.ts';
import { control, smallProject } from '../small-project.ts';

const prediction = { model: 'small-1', at: '2026-01-01T00:00:00.000Z', scores: [0.9, 0.8, 0.7] };

async function pixels(project: Project): Promise<number[]> {
  const { segmentation } = (await cellsOfImage(project, 'field-1', { minScore: 0 }))!;
  return [...labelImageOf(segmentation.labels).data];
}

test.each([
  ['label-tiff', 'field-1_labels.tif'],
  ['imagej-rois', 'field-1_rois.zip'],
  ['geojson', 'field-1.geojson'],
  ['coco', 'coco.json'],
] as const)('cells of a %s come back pixel by pixel, under review', async (format, file) => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  await keepRowOfCells(project, 'field-1', prediction);
  const before = await pixels(project);
  await exportCells(project, { formats: [format], folder }, control);
  expect(await importCells(project, 'field-1', join(folder, file))).toMatchObject({
    cells: 3,
    leftOut: 0,
    lost: 0,
  });
  const { document } = (await openReview(project, 'field-1'))!;
  expect(document.prediction).toBe(null);
  expect(document.cells).toMatchObject([
    { id: 4, state: 'found', source: 'import', score: 1 },
    { id: 5 },
    { id: 6 },
  ]);
  expect((await pixels(project)).map((id) => (id === 0 ? 0 : id - 3))).toEqual(before);
  await project.annotation(project.image('field-1')).undo();
  expect(await pixels(project)).toEqual(before);
});

test('an import keeps what was said before, and is not carried over to the prediction it replaced', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  await keepRowOfCells(project, 'field-1', prediction);
  await judgeCells(project, 'field-1', [1], 'accepted');
  await judgeCells(project, 'field-1', [2], 'rejected');
  await exportCells(project, { formats: ['coco'], folder, everyCell: true }, control);
  expect(await importCells(project, 'field-1', join(folder, 'coco.json'))).toMatchObject({
    cells: 3,
    leftOut: 1,
  });
  const states = async () =>
    (await openReview(project, 'field-1'))!.document.cells.map(({ id, state }) => `${id} ${state}`);
  expect(await states()).toEqual(['1 accepted', '2 rejected', '5 found']);
  // After a new segmentation, the model's cells come back beside the judged ones.
  await keepRowOfCells(project, 'field-1', { ...prediction, at: '2026-01-02T00:00:00.000Z' });
  expect(await states()).toEqual(['1 accepted', '2 rejected', '7 found']);
});

test('outlines as text, as Cellpose writes them, are the pixels on the border and inside', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const path = join(folder, 'field-1_cp_outlines.txt');
  writeFileSync(path, '2,1,2,2,2,3,3,3,4,3,4,2,4,1,3,1\n');
  await importCells(project, 'field-1', path);
  const found = (await pixels(project)).flatMap((id, i) =>
    id === 1 ? [[Math.floor(i / side), i % side]] : [],
  );
  expect(found).toEqual([1, 2, 3].flatMap((y) => [2, 3, 4].map((x) => [y, x])));
});

test('a file that does not fit is refused by name, and nothing changes', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  await keepRowOfCells(project, 'field-1', prediction);
  const text = join(folder, 'outlines.txt');
  writeFileSync(text, '1,1,5\n');
  await expect(importCells(project, 'field-1', text)).rejects.toMatchObject({
    code: 'file-damaged',
    subject: text,
  });
  const other = join(folder, 'field-1.mat');
  writeFileSync(other, 'x');
  await expect(importCells(project, 'field-1', other)).rejects.toMatchObject({
    code: 'file-unsupported',
    subject: other,
  });
  const large = join(import.meta.dirname, '../../fixtures/old-projects/cells.tif');
  expect(readFileSync(large).length).toBeGreaterThan(0);
  await expect(importCells(project, 'field-1', large)).rejects.toMatchObject({ code: 'image-size-mismatch' });
  expect((await openReview(project, 'field-1'))!.document.revision).toBe(0);
});
