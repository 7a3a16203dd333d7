import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { attachLabelFile } from '../../../src-main/tasks/images/attach-labels.ts';
import { comparableCells, compareCells } from '../../../src-main/tasks/results/compare-cells.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { keepRowOfCells, rowOfCells } from '../keep-row-of-cells.ts';
import { control, smallProject } from '../small-project.ts';

const at = '2026-01-01T00:00:00.000Z';

test('cells are compared with the label image and with another model', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const { id } = project.image('field-1');
  const ask = (found: string | null, truth: string | null, minScore = 0.5, { signal } = control) =>
    compareCells(project, { project: 'x', image: id, found, truth, minScore }, signal);
  await expect(ask(null, null)).rejects.toMatchObject({ code: 'annotation-missing' });
  await keepRowOfCells(project, 'field-1', { model: 'small-2', at, scores: [0.9, 0.8] });
  await keepRowOfCells(project, 'field-1', {
    model: 'small-1',
    at: '2026-01-02T00:00:00.000Z',
    scores: [0.9, 0.8, 0.7, 0.4],
  });
  await expect(ask(null, null)).rejects.toMatchObject({ code: 'annotation-missing' });
  await expect(ask('small-9', 'small-1')).rejects.toMatchObject({ code: 'annotation-missing' });
  expect(await comparableCells(project, id)).toEqual({
    image: id,
    hasTruth: false,
    models: ['small-1', 'small-2'],
  });

  // Truth has five cells. The one of score 0.4 is not shown; cell 2 is rejected.
  const truth = join(folder, 'truth.tif');
  writeFileSync(truth, labelTiff(rowOfCells(5)));
  await attachLabelFile(project, project.image(id), truth);
  await judgeCells(project, 'field-1', [2], 'rejected');
  const reviewed = await ask(null, null);
  expect(reviewed).toMatchObject({ agreeing: 2, f1: 4 / 7, meanIou: 1 });
  expect(reviewed.differences).toEqual(
    [1, 3, 4].map((cell) => ({
      kind: 'missed',
      found: 0,
      truth: 1,
      box: { top: 0, left: 16 * cell, bottom: 8, right: 16 * cell + 8 },
    })),
  );
  expect([...reviewed.found.kinds]).toEqual([0, 0, 0]);
  expect([...reviewed.truth.kinds]).toEqual([0, 0, 1, 0, 1, 1]);

  // A model's own cells, whatever the judgements on them.
  expect((await ask('small-1', null)).agreeing).toBe(3);
  expect((await ask('small-1', 'small-2', 0)).differences).toMatchObject([
    { kind: 'extra', box: { left: 32 } },
    { kind: 'extra', box: { left: 48 } },
  ]);
  expect((await comparableCells(project, id)).hasTruth).toBe(true);

  const stopped = { ...control, signal: AbortSignal.abort() };
  await expect(ask('small-1', null, 0.5, stopped)).rejects.toMatchObject({ code: 'cancelled' });
});
