import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CellEdit } from '../../../src-main/contract/review-document.ts';
import { predictionFiles } from '../../../src-main/project/prediction-store.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { editShapes } from '../../../src-main/tasks/review/edit-review.ts';
import { openReview } from '../../../src-main/tasks/review/open-review.ts';
import { isPredictionNeeded } from '../../../src-main/tasks/review/review-history.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import { cellsOfImage } from '../../../src-main/tasks/review/shown-cells.ts';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { side } from '../keep-row-of-cells.ts';
import { smallProject } from '../small-project.ts';

const image = 'field-1';

type Place = [y: number, x: number, height?: number, width?: number];

/** Segments the image: rectangles, of 8 × 8 px if no size is given, each at its row and column. */
async function segment(project: Project, model: string, day: number, places: Place[]) {
  const data = new Int32Array(side * side);
  for (const [i, [top, left, height = 8, width = 8]] of places.entries()) {
    for (let y = top; y < top + height; y++) data.fill(i + 1, y * side + left, y * side + left + width);
  }
  const entry = project.image(image);
  await project.prediction(model, entry).write(
    {
      imageName: image,
      imageSha256: ['0'.repeat(64)],
      weightsSha256: '1'.repeat(64),
      parameters: {},
      cells: places.length,
      elapsedMs: 1,
      at: `2026-01-0${day}T00:00:00.000Z`,
    },
    predictionFiles({
      labels: { height: side, width: side, data },
      scores: Float32Array.from(places, () => 0.9),
      locations: Float32Array.from(places.flatMap(([y, x]) => [y + 4, x + 4])),
    }),
    (madeAt) => isPredictionNeeded(project, entry, { model, madeAt }),
  );
}

const statesOf = async (project: Project) =>
  (await openReview(project, image))!.document.cells.map(({ id, state }) => `${id} ${state}`);

async function idAt(project: Project, y: number, x: number): Promise<number> {
  const { segmentation } = (await cellsOfImage(project, image, { minScore: 0 }))!;
  return labelImageOf(segmentation.labels).data[y * side + x]!;
}

async function reviewed(): Promise<Project> {
  const project = await smallProject(temporaryFolder(), 1);
  await segment(project, 'small-1', 1, [
    [0, 0],
    [0, 16],
    [0, 32],
    [0, 48],
  ]);
  await judgeCells(project, image, [1], 'accepted');
  await judgeCells(project, image, [2], 'rejected');
  const { document } = (await openReview(project, image))!;
  const change: CellEdit = { kind: 'lasso', path: [20, 0, 20, 8, 28, 8, 28, 0], push: false };
  await editShapes(project, image, document, change, randomUUID());
  return project;
}

test('segmenting again keeps what was said; a new cell takes the place of a rejected one', async () => {
  const project = await reviewed();
  expect(await statesOf(project)).toEqual(['1 accepted', '2 rejected', '3 found', '4 found', '5 added']);
  // Over cell 1 by 6 of 8 rows. The rejected cell, moved by one row (IoU 56 / 72). Over cell 5 by 2 rows. A
  // new one.
  await segment(project, 'small-1', 2, [
    [2, 0],
    [1, 16],
    [26, 0],
    [40, 40],
  ]);
  const view = (await readReview(project, image))!;
  expect(view.prediction).toEqual({ model: 'small-1', madeAt: '2026-01-02T00:00:00.000Z' });
  // The first new cell loses 48 of its 64 pixels and is left out. Ids 3 and 4 are not used again.
  expect(await statesOf(project)).toEqual(['1 accepted', '2 rejected', '5 added', '7 found', '8 found']);
  expect([...view.areasPx]).toEqual([64, 64, 64, 48, 64]);
  expect(await idAt(project, 0, 0)).toBe(1);
  expect(await idAt(project, 8, 16)).toBe(0);
  expect(await idAt(project, 27, 0)).toBe(5);
  expect(await idAt(project, 28, 0)).toBe(7);

  // It is one step, and undo leads to the earlier prediction.
  const annotation = project.annotation(project.image(image));
  expect(await annotation.view()).toMatchObject({ undoTitle: 'Segment again with small-1' });
  await annotation.undo();
  expect((await readReview(project, image))!.prediction?.madeAt).toBe('2026-01-01T00:00:00.000Z');
  expect(await statesOf(project)).toEqual(['1 accepted', '2 rejected', '3 found', '4 found', '5 added']);
  expect(await idAt(project, 0, 48)).toBe(4);
  for (let step = 0; step < 3; step++) await annotation.undo();
  expect((await readReview(project, image))!.prediction?.madeAt).toBe('2026-01-01T00:00:00.000Z');
  for (let step = 0; step < 4; step++) await annotation.redo();
  expect(await statesOf(project)).toEqual(['1 accepted', '2 rejected', '5 added', '7 found', '8 found']);
});

test.each<[string, Place[], string[]]>([
  ['an IoU of 0.54', [[0, 0, 9, 6]], ['1 rejected']],
  ['an IoU of exactly 0.5', [[0, 0, 10, 5]], ['1 rejected']],
  ['an IoU of 0.49', [[0, 0, 7, 7]], ['1 rejected', '2 found']],
  ['a larger cell with an IoU of 0.5', [[0, 0, 20, 10]], ['1 rejected']],
  ['a larger cell with an IoU of 0.48', [[0, 0, 21, 10]], ['1 rejected', '2 found']],
  [
    'two halves',
    [
      [0, 0, 10, 5],
      [0, 5, 10, 5],
    ],
    ['1 rejected', '2 rejected'],
  ],
])('a rejected cell of 10 × 10 px and %s', async (_, places, states) => {
  const project = await smallProject(temporaryFolder(), 1);
  await segment(project, 'small-1', 1, [[0, 0, 10, 10]]);
  await judgeCells(project, image, [1], 'rejected');
  await segment(project, 'small-1', 2, places);
  expect(await statesOf(project)).toEqual(states);
  const annotation = project.annotation(project.image(image));
  await readReview(project, image);
  await annotation.undo();
  expect(await statesOf(project)).toEqual(['1 rejected']);
  expect((await readReview(project, image))!.areasPx).toEqual(Float32Array.of(100));
});

test('another model’s cells are reviewed cells too, and so on', async () => {
  const project = await reviewed();
  await segment(project, 'small-2', 2, [
    [0, 16],
    [40, 40],
  ]);
  await readReview(project, image);
  await segment(project, 'small-3', 3, [[60, 60]]);
  expect(await statesOf(project)).toEqual(['1 accepted', '2 rejected', '5 added', '7 found']);
  await readReview(project, image);
  expect(await statesOf(project)).toEqual(['1 accepted', '2 rejected', '5 added', '7 found']);
});

test('earlier predictions are kept while undo can reach them, and no longer', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const files = () => readdirSync(project.path('predictions', 'small-1', project.image(image).id)).sort();
  await segment(project, 'small-1', 1, [[0, 0]]);
  // Nobody has judged the first cells.
  await segment(project, 'small-1', 2, [[0, 16]]);
  expect(files()).toHaveLength(3);
  await judgeCells(project, image, [1], 'accepted');
  await segment(project, 'small-1', 3, [[0, 32]]);
  await readReview(project, image);
  expect(files()).toHaveLength(6);
  // The cells of the third prediction are in the last step.
  await segment(project, 'small-1', 4, [[0, 48]]);
  expect(files()).toHaveLength(9);
  const annotation = project.annotation(project.image(image));
  await annotation.undo();
  await annotation.edit('Another edit', { locations: null });
  // Redo does not reach the third one any more.
  await segment(project, 'small-1', 5, [[0, 64]]);
  expect(files()).toHaveLength(6);
});
