import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { setCellState } from '../../../src-main/tasks/review/edit-review.ts';
import { openReview } from '../../../src-main/tasks/review/open-review.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { smallProject } from '../small-project.ts';

test('a judgement of a cell counts only for the prediction that was looked at', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const first = { model: 'small-1', at: '2026-01-01T00:00:00.000Z', scores: [0.9, 0.8] };
  await keepRowOfCells(project, 'field-1', first);
  const { document } = (await openReview(project, id))!;
  expect(document.prediction).toEqual({ model: 'small-1', madeAt: first.at });
  await setCellState(project, id, document, { ids: [2], state: 'rejected' }, randomUUID());
  expect((await openReview(project, id))!.document.cells.map(({ state }) => state)).toEqual([
    'found',
    'rejected',
  ]);

  await keepRowOfCells(project, 'field-1', { ...first, at: '2026-01-02T00:00:00.000Z' });
  await expect(
    setCellState(project, id, document, { ids: [1], state: 'accepted' }, randomUUID()),
  ).rejects.toMatchObject({ code: 'annotation-invalid', subject: 'field-1' });
});
