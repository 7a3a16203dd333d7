import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ReviewView } from '../../../src-main/contract/requests/review-requests.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { randomCellEdit } from '../../tasks/review/random-cell-edit.ts';
import { chooser, makeTemplate, openWindow } from './test-window.ts';
import type { TestWindow } from './test-window.ts';

const template = temporaryFolder();
beforeAll(() => makeTemplate(template));
const open = (): Promise<TestWindow> => openWindow(template, join(temporaryFolder(), 'copy'));

/** What a person sees of the cells: everything but the numbers that only the host computes. */
function seen(view: ReviewView | null): unknown {
  const { ids, states, scores, areasPx, locations, contours, nextId } = view!;
  return { ids, states, scores, areasPx, locations, contours, nextId };
}

test('an outline shows before the host answers, and the answer is the same: 60 random edits', async () => {
  const choose = chooser(7);
  const { project, drain, failures } = await open();
  const { review } = project;
  let painted = 0;
  for (let i = 0; i < 60; i++) {
    const edit = randomCellEdit(choose, [...review.shown!.ids]);
    const before = seen(review.shown);
    const { isPainted, settled } = review.edit(edit);
    const preview = seen(review.shown);
    await drain();
    await settled;
    const refused = failures.splice(0).length > 0;
    expect(isPainted, JSON.stringify(edit)).toBe(!refused);
    expect(seen(review.shown), JSON.stringify(edit)).toEqual(refused ? before : preview);
    if (!refused) painted++;
  }
  expect(painted).toBeGreaterThan(30);
});

test('a new cell has its final id at once, so that it can be edited before the host has answered', async () => {
  const { project, drain, failures } = await open();
  const { review } = project;
  const { nextId } = review.shown!;
  void review.edit({ kind: 'lasso', path: [60, 60, 60, 80, 80, 80, 80, 60], push: false });
  void review.edit({ kind: 'cut', ids: [nextId], path: [58, 70, 82, 70] });
  const preview = seen(review.shown);
  expect([...review.shown!.ids].slice(-2)).toEqual([nextId, nextId + 1]);
  await drain();
  expect(failures).toEqual([]);
  expect(seen(review.shown)).toEqual(preview);
});

test('an edit of thousands of pixels is left to the host', async () => {
  const { project, drain } = await open();
  const { review } = project;
  const { nextId } = review.shown!;
  void review.edit({ kind: 'lasso', path: [10, 0, 10, 128, 128, 128, 128, 0], push: true });
  await drain();
  const ids = Array<number>(8).fill(nextId);
  expect(review.edit({ kind: 'smooth', ids }).isPainted).toBe(false);
  await drain();
});
