import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { AnnotationState, JournalEntry } from '../../src-main/contract/project.ts';
import { appendToJournal, emptyState, readJournal, replay } from '../../src-main/project/journal.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

const at = new Date(0).toISOString();

function state(count: number): AnnotationState {
  const source = { method: 'edited', by: 'person', parameters: { µ: count } } as const;
  return { ...emptyState, locations: { sha256: 'a'.repeat(64), source, count } };
}

function edit(revision: number): JournalEntry {
  return { kind: 'edit', revision, at, title: `Edit ${revision}`, state: state(revision) };
}

test('undo and redo go back and forth; an edit after an undo drops what could be redone', () => {
  const entries: JournalEntry[] = [
    edit(1),
    edit(2),
    edit(3),
    { kind: 'undo', revision: 4, at },
    { kind: 'undo', revision: 5, at },
    { kind: 'redo', revision: 6, at },
  ];
  const { steps, current, revision } = replay(entries);
  expect(steps.map(({ title }) => title)).toEqual(['', 'Edit 1', 'Edit 2', 'Edit 3']);
  expect({ current, revision }).toEqual({ current: 2, revision: 6 });
  const branched = replay([...entries, edit(7)]);
  expect(branched.steps.map(({ title }) => title)).toEqual(['', 'Edit 1', 'Edit 2', 'Edit 7']);
  expect(branched.current).toBe(3);
});

test('what is appended is read back', async () => {
  const path = join(temporaryFolder(), 'a', 'history.jsonl');
  let end = 0;
  for (const revision of [1, 2, 3]) end = await appendToJournal(path, end, edit(revision));
  expect(await readJournal(path)).toEqual({ entries: [1, 2, 3].map(edit), wholeBytes: end, damaged: false });
  expect(readFileSync(path).length).toBe(end);
});

test('a torn last line never happened, and the next entry takes its place', async () => {
  const path = join(temporaryFolder(), 'history.jsonl');
  const end = await appendToJournal(path, 0, edit(1));
  appendFileSync(path, '{"kind":"edit","revision":2,"at"');
  expect(await readJournal(path)).toEqual({ entries: [edit(1)], wholeBytes: end, damaged: false });
  await appendToJournal(path, end, edit(2));
  expect((await readJournal(path)).entries).toEqual([edit(1), edit(2)]);
});

test('a broken line before the last is no crash: it is reported', async () => {
  const path = join(temporaryFolder(), 'history.jsonl');
  const end = await appendToJournal(path, 0, edit(1));
  appendFileSync(path, 'edited by hand\n' + JSON.stringify(edit(2)) + '\n');
  expect(await readJournal(path)).toEqual({ entries: [edit(1)], wholeBytes: end, damaged: true });
});

test('a crash or a full disk in the middle of an entry leaves the earlier ones', async () => {
  for (const kind of ['crash', 'ENOSPC'] as const) {
    for (let failAt = 1; failAt <= 4; failAt += 1) {
      faults.reset();
      const path = join(temporaryFolder(), 'history.jsonl');
      const end = await appendToJournal(path, 0, edit(1));
      faults.reset(failAt, kind);
      const outcome = await appendToJournal(path, end, edit(2)).then(
        () => 'kept',
        () => 'lost',
      );
      const { entries, damaged } = await readJournal(path);
      expect(damaged).toBe(false);
      expect(entries).toEqual(outcome === 'kept' ? [edit(1), edit(2)] : [edit(1)]);
    }
  }
});
