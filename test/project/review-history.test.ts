import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AnnotationStore } from '../../src-main/project/annotation-store.ts';
import type { KeptCell, KeptReview } from '../../src-main/project/review-file.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const size = { height: 1000, width: 1000 };
const source = { method: 'review', by: 'person', parameters: {} } as const;

/** 3000 cells; those up to `accepted` are accepted. */
function review(accepted: number, own = 0): KeptReview {
  const cells = Array.from({ length: 3000 }, (_, i): KeptCell => {
    const id = i + 1;
    const state = id <= accepted ? 'accepted' : 'found';
    if (id > own) return { id, state, label: id, mask: null };
    const mask = { top: i % 900, left: 3, height: 2, width: 4, runs: [1, 2, 2, 3] };
    return { id, state, label: id, score: 0.5, source: 'model', location: { y: 1.5, x: 4.5 }, mask };
  });
  return {
    prediction: { model: 'small-1', madeAt: 'then' },
    allChecked: false,
    nextId: 3001,
    lastLabel: 3000,
    cells,
  };
}

const open = (folder: string) => new AnnotationStore(folder, size, false);
const edit = (store: AnnotationStore, value: KeptReview) =>
  store.edit('An edit', { review: { value, source } });
const historyOf = (folder: string) => readdirSync(join(folder, 'history'));

test('the history of a review grows by what an edit changes, and every step can be restored', async () => {
  const folder = temporaryFolder();
  const store = open(folder);
  await edit(store, review(0));
  const bytes = () =>
    historyOf(folder).reduce((sum, name) => sum + statSync(join(folder, 'history', name)).size, 0);
  const whole = bytes();
  for (let step = 1; step <= 20; step++) await edit(store, review(step, step));
  expect((bytes() - whole) / 20).toBeLessThan(600);
  // A program that starts later reads only the contents of the history.
  const again = open(folder);
  for (let step = 19; step >= 0; step--) {
    await again.undo();
    expect(await again.read('review')).toEqual(review(step, step));
  }
  for (let step = 1; step <= 20; step++) await again.redo();
  expect(await open(folder).read('review')).toEqual(review(20, 20));
});

test('a review is written whole now and then, and after a start', async () => {
  const folder = temporaryFolder();
  const store = open(folder);
  for (let step = 0; step <= 60; step++) await edit(store, review(step));
  const wholes = () => historyOf(folder).filter((name) => !name.endsWith('.patch.json')).length;
  expect(wholes()).toBe(2);
  await edit(open(folder), review(61));
  expect(wholes()).toBe(3);
});

test('a damaged step cannot be restored and says so; those before it and the current one can', async () => {
  const folder = temporaryFolder();
  const store = open(folder);
  for (let step = 0; step <= 4; step++) await edit(store, review(step));
  const hashes = readFileSync(join(folder, 'history.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { state: { review: { sha256: string } } }).state.review.sha256);
  const path = join(folder, 'history', `${hashes[2]!.slice(0, 24)}.patch.json`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('accepted', 'rejected'));
  const again = open(folder);
  expect(await again.read('review')).toEqual(review(4));
  await again.undo();
  await again.undo();
  await expect(again.read('review')).rejects.toMatchObject({ code: 'annotation-invalid', subject: path });
  await again.undo();
  expect(await again.read('review')).toEqual(review(1));
  await again.undo();
  expect(await again.read('review')).toEqual(review(0));
});
