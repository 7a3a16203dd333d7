import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { markCells, readMarkedCells } from '../../../src-main/tasks/review/review-cells.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { smallProject } from '../small-project.ts';

test('a mark of a cell counts only for the prediction that was looked at', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const first = { model: 'small-1', at: '2026-01-01T00:00:00.000Z', scores: [0.9, 0.8] };
  await keepRowOfCells(project, 'field-1', first);
  const { prediction } = await readMarkedCells(project, id);
  expect(prediction).toEqual({ model: 'small-1', madeAt: first.at });
  await markCells(project, id, prediction, [1], 'rejected', randomUUID());
  expect((await readMarkedCells(project, id)).marks).toEqual(Uint8Array.of(0, 2));

  await keepRowOfCells(project, 'field-1', { ...first, at: '2026-01-02T00:00:00.000Z' });
  await expect(markCells(project, id, prediction, [0], 'accepted', randomUUID())).rejects.toMatchObject({
    code: 'annotation-invalid',
    subject: 'field-1',
  });
  expect((await readMarkedCells(project, id)).marks).toEqual(Uint8Array.of(0, 0));
});
