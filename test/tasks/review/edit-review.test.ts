import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { applyReviewPatch } from '../../../src-renderer/state/apply-review-patch.ts';
import type { CellEdit } from '../../../src-main/contract/review-document.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import { editShapes, setAllChecked, setCellState } from '../../../src-main/tasks/review/edit-review.ts';
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

test('a stale edit is rebased if others changed other cells, and refused if they changed this one', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const at = '2026-01-01T00:00:00.000Z';
  await keepRowOfCells(project, 'field-1', { model: 'small-1', at, scores: [0.9, 0.8, 0.7] });
  const seen = (await readReview(project, id))!;
  // Another window rejects a cell.
  await setCellState(project, id, seen, { ids: [3], state: 'rejected' });
  const erase: CellEdit = { kind: 'brush', id: 1, path: [0.5, 0.5], radiusPx: 2, mode: 'erase', push: false };
  const patch = await editShapes(project, id, seen, erase);
  expect([...patch.changed.ids]).toEqual([1, 3]);
  expect(patch.since).toBe(0);
  expect(applyReviewPatch(seen, patch)).toEqual(await readReview(project, id));
  await expect(editShapes(project, id, seen, { ...erase, path: [4, 4] })).rejects.toMatchObject({
    code: 'annotation-invalid',
    message: expect.stringContaining('was changed in the meantime') as string,
  });
  await expect(setCellState(project, id, seen, { ids: [1], state: 'accepted' })).rejects.toMatchObject({
    code: 'annotation-invalid',
  });
  // Its earlier view of other cells still counts, and its present view too.
  await setCellState(project, id, seen, { ids: [2], state: 'accepted' });
  await setCellState(project, id, (await readReview(project, id))!, { ids: [1], state: 'rejected' });
  expect([...(await readReview(project, id))!.states]).toEqual([2, 1, 2]);
});

test('a cell that is accepted again keeps out of cells that were drawn over it', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const at = '2026-01-01T00:00:00.000Z';
  await keepRowOfCells(project, 'field-1', { model: 'small-1', at, scores: [0.9] });
  const look = async () => (await readReview(project, id))!;
  await setCellState(project, id, await look(), { ids: [1], state: 'rejected' });
  await editShapes(project, id, await look(), { kind: 'lasso', path: [0, 0, 0, 8, 3, 8, 3, 0], push: false });
  await setCellState(project, id, await look(), { ids: [1], state: 'accepted' });
  const view = await look();
  expect([...view.ids]).toEqual([1, 2]);
  expect([...view.areasPx]).toEqual([40, 24]);
  await setCellState(project, id, view, { ids: [1], state: 'rejected' });
  await editShapes(project, id, await look(), { kind: 'lasso', path: [3, 0, 3, 8, 8, 8, 8, 0], push: false });
  await expect(
    setCellState(project, id, await look(), { ids: [1], state: 'accepted' }),
  ).rejects.toMatchObject({
    code: 'annotation-invalid',
    message: expect.stringContaining('under other cells') as string,
  });
});

test('an outline from a dragged point is one step of undo, with the model’s score and the point', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const at = '2026-01-01T00:00:00.000Z';
  await keepRowOfCells(project, 'field-1', { model: 'small-1', at, scores: [0.9, 0.8] });
  const before = (await readReview(project, id))!;
  const patch = await editShapes(project, id, before, {
    kind: 'outlineAgain',
    id: 1,
    mask: { top: 2, left: 4, height: 10, width: 20, runs: [0, 200] },
    location: { y: 9.5, x: 20.5 },
    score: 0.25,
    push: false,
  });
  const after = (await readReview(project, id))!;
  expect(applyReviewPatch(before, patch)).toEqual(after);
  // Cell 2 keeps its pixels: 6 rows of 8.
  expect([...after.areasPx]).toEqual([200 - 48, 64]);
  expect([...after.states]).toEqual([3, 0]);
  expect([...after.scores]).toEqual([0.25, Math.fround(0.8)]);
  expect([...after.locations]).toEqual([9.5, 20.5, 4, 20]);
  const annotation = project.annotation(project.image('field-1'));
  expect((await annotation.view()).undoTitle).toBe('Outline a cell again');
  await annotation.undo();
  const undone = (await readReview(project, id))!;
  expect({ ...undone, revision: 0 }).toEqual({ ...before, revision: 0 });
});

test('a found cell that is erased completely is rejected, so that segmenting again does not bring it back', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const at = '2026-01-01T00:00:00.000Z';
  await keepRowOfCells(project, 'field-1', { model: 'small-1', at, scores: [0.9, 0.8] });
  const look = async () => (await readReview(project, id))!;
  const erase: CellEdit = { kind: 'brush', id: 1, path: [4, 4], radiusPx: 9, mode: 'erase', push: false };
  const before = await look();
  const patch = await editShapes(project, id, before, erase);
  expect(applyReviewPatch(before, patch)).toEqual(await look());
  const states = async () =>
    (await openReview(project, id))!.document.cells.map(({ id: cell, state }) => `${cell} ${state}`);
  expect(await states()).toEqual(['1 rejected', '2 found']);
  expect([...(await look()).areasPx]).toEqual([64, 64]);
  await keepRowOfCells(project, 'field-1', {
    model: 'small-2',
    at: '2026-01-02T00:00:00.000Z',
    scores: [0.9, 0.8],
  });
  expect(await states()).toEqual(['1 rejected', '3 found']);

  // A cell that a person drew is only removed.
  await editShapes(project, id, await look(), {
    kind: 'lasso',
    path: [40, 40, 40, 44, 44, 44, 44, 40],
    push: false,
  });
  expect(await states()).toEqual(['1 rejected', '3 found', '4 added']);
  await editShapes(project, id, await look(), { ...erase, id: 4, path: [42, 42] });
  expect(await states()).toEqual(['1 rejected', '3 found']);
});

test('all cells are not marked as checked if one was rejected or removed in the meantime', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const { id } = project.image('field-1');
  const at = '2026-01-01T00:00:00.000Z';
  await keepRowOfCells(project, 'field-1', { model: 'small-1', at, scores: [0.9, 0.8] });
  const look = async () => (await readReview(project, id))!;
  await editShapes(project, id, await look(), {
    kind: 'lasso',
    path: [40, 40, 40, 48, 48, 48, 48, 40],
    push: false,
  });
  const refused = {
    code: 'annotation-invalid',
    message: expect.stringContaining('in the meantime') as string,
  };
  let seen = await look();
  await setCellState(project, id, seen, { ids: [2], state: 'rejected' });
  await expect(setAllChecked(project, id, seen, true)).rejects.toMatchObject(refused);
  seen = await look();
  await editShapes(project, id, seen, { kind: 'delete', ids: [3] });
  await expect(setAllChecked(project, id, seen, true)).rejects.toMatchObject(refused);
  expect((await look()).allChecked).toBe(false);
  // A cell that another person accepted is right for both.
  seen = await look();
  await setCellState(project, id, seen, { ids: [1], state: 'accepted' });
  await setAllChecked(project, id, seen, true);
  expect((await look()).allChecked).toBe(true);
});
