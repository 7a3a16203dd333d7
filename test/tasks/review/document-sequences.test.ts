import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LacssError } from '../../../src-main/contract/errors.ts';
import type { LabelRuns } from '../../../src-main/contract/pixels.ts';
import { judgements } from '../../../src-main/contract/review-document.ts';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { outlineCells } from '../../../src-main/imaging/contours/outline-cells.ts';
import { cellAreas } from '../../../src-main/imaging/label/cell-areas.ts';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { keepLargestPieces } from '../../../src-main/imaging/label/keep-largest-pieces.ts';
import { instanceLabels } from '../../../src-main/imaging/label/instance-labels.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import { predictionFiles } from '../../../src-main/project/prediction-store.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { editShapes, setCellState } from '../../../src-main/tasks/review/edit-review.ts';
import { isPredictionNeeded } from '../../../src-main/tasks/review/review-history.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import { cellsOfImage } from '../../../src-main/tasks/review/shown-cells.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import { chosenSequences } from '../../fixtures/chosen-sequences.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { smallProject } from '../small-project.ts';
import { side } from '../keep-row-of-cells.ts';
import { randomCellEdit } from './random-cell-edit.ts';

const image = 'field-1';
const { first, count } = chosenSequences(40);
const pitch = 10;
let template: string;

beforeAll(async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  await segment(project, 'small-1', 0, new SeededRandom(1));
  template = project.folder;
  await project.close();
});

/** Squares of 6 to 8 px on a grid, some of them missing. */
async function segment(project: Project, model: string, time: number, random: SeededRandom): Promise<void> {
  const data = new Int32Array(side * side);
  const locations: number[] = [];
  for (let row = 0; row < 12; row++) {
    for (let column = 0; column < 12; column++) {
      if (random.integer(8) === 0) continue;
      const [size, top, left] = [6 + random.integer(3), row * pitch + random.integer(2), column * pitch];
      const label = locations.push(top + 3, left + 3) / 2;
      for (let y = top; y < top + size; y++) data.fill(label, y * side + left, y * side + left + size);
    }
  }
  const entry = project.image(image);
  await project.prediction(model, entry).write(
    {
      imageName: image,
      imageSha256: ['0'.repeat(64)],
      weightsSha256: '1'.repeat(64),
      parameters: {},
      cells: locations.length / 2,
      elapsedMs: 1,
      at: new Date(Date.UTC(2026, 0, 1) + time * 1000).toISOString(),
    },
    predictionFiles({
      labels: { height: side, width: side, data },
      scores: Float32Array.from({ length: locations.length / 2 }, () => 0.3 + random.uniform() / 2),
      locations: Float32Array.from(locations),
    }),
    (madeAt) => isPredictionNeeded(project, entry, { model, madeAt }),
  );
}

/**
 * Label image, contours and table agree. Each cell is in one piece, separate from the others, and not empty.
 */
async function agree(project: Project): Promise<LabelRuns> {
  const [view, cells] = [
    await readReview(project, image),
    await cellsOfImage(project, image, { minScore: 0 }),
  ];
  const { labels, scores } = cells!.segmentation;
  const shown = instanceLabels(labels);
  expect(scores).toHaveLength(shown.length);
  const whole = labelImageOf(labels);
  expect(keepLargestPieces(whole).data).toEqual(whole.data);
  const areas = cellAreas(labels);
  const table = new Map([...view!.ids].map((id, i) => [id, i]));
  for (const [i, id] of shown.entries()) {
    const row = table.get(id)!;
    expect([view!.areasPx[row], view!.scores[row]]).toEqual([areas[i], scores[i]]);
  }
  const { points, ringStarts, ringLabels } = view!.contours;
  const isShown = new Set(shown);
  const own = [...ringLabels.keys()].filter((ring) => isShown.has(ringLabels[ring]!));
  const outlines = outlineCells(labels);
  expect(own.map((ring) => ringLabels[ring])).toEqual([...outlines.ringLabels]);
  const vertices = own.flatMap((ring) => [
    ...points.subarray(2 * ringStarts[ring]!, 2 * ringStarts[ring + 1]!),
  ]);
  expect(Float32Array.from(vertices)).toEqual(outlines.points);
  return labels;
}

const open: Project[] = [];
afterAll(() => Promise.all(open.map((project) => project.close())));

async function start(folder: string): Promise<Project> {
  const project = await openProject(folder, { purpose: 'a test', access: 'shared' });
  open.push(project);
  return project;
}

test(
  `${count} random sequences of edits, undo, redo, segmenting again and crashes leave cells that agree`,
  async () => {
    for (let sequence = first; sequence < first + count; sequence++) {
      const random = new SeededRandom(100 + sequence);
      const folder = join(temporaryFolder(), 'project');
      cpSync(template, folder, { recursive: true });
      let project = await start(folder);
      /** The cells before the first edit. */
      let first = labelTiff(await agree(project));
      for (let step = 0; step < 10; step++) {
        const annotation = project.annotation(project.image(image));
        const before = await annotation.view();
        const view = (await readReview(project, image))!;
        const { ids } = view;
        try {
          switch (random.integer(8)) {
            case 0:
              await annotation.undo();
              break;
            case 1:
              await annotation.redo();
              break;
            case 2: {
              const some = [ids[random.integer(ids.length)]!, ids[random.integer(ids.length)]!];
              const state = judgements[random.integer(judgements.length)]!;
              await setCellState(project, image, view, { ids: [...new Set(some)], state });
              break;
            }
            case 3:
              // What is not on the disk is lost.
              project = await start(folder);
              break;
            case 4:
              // Cells without a judgement are simply replaced.
              if (before.revision === 0 || before.undoTitle !== null)
                await segment(project, `small-${random.integer(2)}`, step + 1, random);
              break;
            default:
              await editShapes(
                project,
                image,
                view,
                randomCellEdit((count) => random.integer(count), [...ids]),
              );
          }
        } catch (error) {
          // An edit that changes nothing, or of a cell that is not shown.
          if (!(error instanceof LacssError) || error.code !== 'annotation-invalid') throw error;
        }
        const labels = await agree(project);
        if ((await project.annotation(project.image(image)).view()).revision === 0) first = labelTiff(labels);
      }
      const annotation = project.annotation(project.image(image));
      while ((await annotation.undo()).undoTitle !== null);
      expect(labelTiff(await agree(project))).toEqual(first);
    }
  },
  60_000 * count,
);
