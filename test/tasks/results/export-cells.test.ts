import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { readLabelFile } from '../../../src-main/project/read-label-image.ts';
import { cellTable } from '../../../src-main/tasks/results/judge-project.ts';
import { exportCells } from '../../../src-main/tasks/results/export-cells.ts';
import type { ExportParams, ExportResult } from '../../../src-main/tasks/results/export-cells.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { keepRowOfCells, side } from '../keep-row-of-cells.ts';
import { judgeCells } from '../judge-cells.ts';
import { control, smallProject } from '../small-project.ts';

const image = 'field-1';
let project: Project;

beforeAll(async () => {
  project = await smallProject(temporaryFolder(), 2);
});

function predict(model: string, at: string, scores: number[]): Promise<void> {
  return keepRowOfCells(project, image, { model, at, scores });
}

async function exported(params: Partial<ExportParams> = {}): Promise<ExportResult & { columns: number[] }> {
  const result = await exportCells(project, { formats: ['label-tiff', 'csv'], ...params }, control);
  const path = project.path('exports', `${image}_labels.tif`);
  const { data } = labelImageOf(await readLabelFile(path));
  const table = readFileSync(project.path('exports', 'cells.csv'), 'utf8').trimEnd().split('\n');
  expect(table.length).toBe(1 + result.cells);
  // Where the cells are, in the order of their labels.
  const columns: number[] = [];
  for (const [i, label] of data.entries()) if (label > 0) columns[label - 1] = Math.floor((i % side) / 16);
  const labels = Object.keys(columns).map((index) => Number(index) + 1);
  // An exported cell keeps its label from Review. Its row of the table has the same label.
  expect(table.slice(1).map((row) => Number(row.split(',')[2]))).toEqual(labels);
  expect(labels).toHaveLength(result.cells);
  return { ...result, columns: Object.values(columns) };
}

test('what is exported is what Review shows: no rejected cell, none below the score unless a person has judged it', async () => {
  await predict('small-1', '2026-01-01T00:00:00.000Z', [0.9, 0.1, 0.8, 0.15, 0.3, 0.5]);
  expect(await exported()).toMatchObject({
    columns: [0, 2, 4, 5],
    leftOut: { rejected: 0, belowScore: 2 },
  });
  await judgeCells(project, image, [4], 'accepted');
  await judgeCells(project, image, [3], 'rejected');
  await judgeCells(project, image, [6], 'rejected');
  expect(await exported()).toMatchObject({ columns: [0, 3, 4], leftOut: { rejected: 2, belowScore: 1 } });
  expect(await exported({ minScore: 0.5 })).toMatchObject({
    columns: [0, 3],
    leftOut: { rejected: 2, belowScore: 2 },
  });
  expect(await exported({ everyCell: true })).toMatchObject({
    columns: [0, 1, 2, 3, 4, 5],
    leftOut: { rejected: 0, belowScore: 0 },
  });
});

test('the score that was asked for in Review is kept with the project, for the command line too', async () => {
  await project.update((manifest) => ({
    ...manifest,
    settings: { ...manifest.settings, review: { minScore: 0.4 } },
  }));
  await project.reload();
  expect((await exported()).columns).toEqual([0, 3]);
  await project.update((manifest) => ({
    ...manifest,
    settings: { ...manifest.settings, review: { minScore: 0.2 } },
  }));
});

test('the table of measurements holds the cells that are exported', async () => {
  const params = { project: 'p', image: project.image(image).id, minScore: 0.2 };
  const { columns, leftOut } = await cellTable(project, params);
  const valuesOf = (wanted: string): number[] => [
    ...columns.find(({ name, unit }) => name === wanted && unit !== 'µm²')!.values,
  ];
  expect(valuesOf('Cell')).toEqual([1, 4, 5]);
  expect(valuesOf('Score')).toEqual([0.9, 0.15, 0.3].map(Math.fround));
  expect(valuesOf('x')).toEqual([4, 52, 68]);
  expect(leftOut).toEqual({ rejected: 2, belowScore: 1 });
});

test('an image’s cells are those of the model that was used on it last, as in Review, unless one is named', async () => {
  await predict('small-2', '2026-01-02T00:00:00.000Z', [0.9, 0.9]);
  // The cell that was accepted before stays under its own label. The new cells have new ones.
  expect((await exported()).columns).toEqual([3, 0, 1]);
  // The review now belongs to the other cells. These are the model's cells from the minimum score on.
  expect((await exported({ model: 'small-1' })).columns).toEqual([0, 2, 4, 5]);
});

test('an image that was not segmented is told by name, and stops no other', async () => {
  const { failures, columns } = await exported({ images: ['field-1', 'field-2'] });
  expect(columns).toEqual([3, 0, 1]);
  expect(failures).toMatchObject([{ subject: 'field-2', message: 'field-2 has not been segmented yet.' }]);
  await expect(exported({ model: 'small-3' })).rejects.toThrow(
    'small-3 has segmented no image of this project yet.',
  );
});

test.each([['../../../escaped'], ['x'.repeat(250)], ['con']])(
  'an image called %s fails alone, and nothing leaves the folder for the results',
  async (name) => {
    const folder = temporaryFolder();
    const hostile = await smallProject(folder, 2);
    for (const { id } of hostile.manifest.images)
      await keepRowOfCells(hostile, id, { model: 'm', at: '2026-01-01T00:00:00.000Z', scores: [0.9] });
    await hostile.update((manifest) => ({
      ...manifest,
      images: manifest.images.map((entry, index) => (index === 0 ? { ...entry, name } : entry)),
    }));
    const output = join(folder, 'a', 'b', 'c', 'results');
    const result = await exportCells(hostile, { formats: ['geojson'], folder: output }, control);
    expect(result.failures).toMatchObject([{ subject: name, code: 'name-invalid' }]);
    expect(result.files).toEqual([join(output, 'field-2.geojson')]);
    expect(readdirSync(output)).toEqual(['field-2.geojson']);
    expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
    await hostile.close();
  },
);
