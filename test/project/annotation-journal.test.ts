import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AnnotationState, JournalEntry } from '../../src-main/contract/project-files.ts';
import { AnnotationJournal } from '../../src-main/project/annotation-journal.ts';
import { emptyState } from '../../src-main/project/journal.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const at = new Date(0).toISOString();
const hash = (digit: number) => String(digit).repeat(64);
const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

function stateWith(digit: number): AnnotationState {
  const source = { method: 'review', by: 'person', parameters: { digit } } as const;
  return { ...emptyState, review: { sha256: hash(digit), source, count: digit } };
}

function edit(revision: number): JournalEntry {
  return {
    kind: 'edit',
    revision,
    at,
    title: `Edit ${revision}`,
    state: stateWith(revision),
    edit: id(revision),
  };
}

/** A journal with three edits and one undo, and the notices of a second journal in the same folder. */
async function twoJournals(readOnly = false) {
  const folder = temporaryFolder();
  const journal = new AnnotationJournal(folder, false, () => undefined);
  await journal.refresh();
  for (const revision of [1, 2, 3]) await journal.append(edit(revision), true);
  await journal.append({ kind: 'undo', revision: 4, at }, true);
  const notices: string[] = [];
  const other = new AnnotationJournal(folder, readOnly, (notice) => notices.push(notice));
  return { folder, file: join(folder, 'history.jsonl'), journal, other, notices };
}

test('knows what it wrote, and another process reads the same', async () => {
  const { journal, other } = await twoJournals();
  expect(await other.refresh()).toBe(true);
  expect(await other.refresh()).toBe(false);
  for (const one of [journal, other]) {
    expect(one.view()).toMatchObject({ undoTitle: 'Edit 2', redoTitle: 'Edit 3', revision: 4 });
    expect([one.before, one.state, one.after]).toEqual([stateWith(1), stateWith(2), stateWith(3)]);
    expect([one.hasEdit(id(3)), one.hasEdit(id(4))]).toEqual([true, false]);
    expect([one.hasContent(hash(3)), one.hasContent(hash(4))]).toEqual([true, false]);
    expect(one.stateAfter(id(1))).toEqual(stateWith(1));
    expect(one.stateAfter(id(9))).toBeUndefined();
  }
});

test('has the state after each entry, also the one before the first edit', async () => {
  const { journal } = await twoJournals();
  expect([0, 1, 3, 4].map((revision) => journal.stateAt(revision))).toEqual([
    emptyState,
    stateWith(1),
    stateWith(3),
    stateWith(2),
  ]);
  expect(journal.stateAt(5)).toBeNull();
});

test('lists the reviews that undo and redo reach', async () => {
  const { journal } = await twoJournals();
  await journal.append(edit(5), true);
  const { all, reachable, ahead } = journal.reviews();
  expect(all.map(({ sha256 }) => sha256)).toEqual([1, 2, 3, 5].map(hash));
  expect(reachable.map(({ sha256 }) => sha256)).toEqual([1, 2, 5].map(hash));
  expect(ahead).toBeNull();
});

test('a damaged line is reported once, kept aside, and left out of the file', async () => {
  const { folder, file, other, notices } = await twoJournals();
  appendFileSync(file, 'no entry\n');
  expect(await other.refresh()).toBe(true);
  expect(await other.refresh()).toBe(false);
  expect(notices).toEqual([expect.stringContaining('1 step can no longer be undone')]);
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(4);
  const aside = readdirSync(folder).find((name) => name.startsWith('history-damaged-'));
  expect(readFileSync(join(folder, aside!), 'utf8')).toContain('no entry');
});

test('a read-only journal is not mended', async () => {
  const { file, other, notices } = await twoJournals(true);
  appendFileSync(file, 'no entry\n');
  await other.refresh();
  expect(other.revision).toBe(4);
  expect(notices).toHaveLength(1);
  expect(readFileSync(file, 'utf8')).toContain('no entry');
});
