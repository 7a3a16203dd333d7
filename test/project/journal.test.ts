import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { AnnotationState, JournalEntry } from '../../src-main/contract/project-files.ts';
import { appendLine } from '../../src-main/project/append-line.ts';
import { emptyState, readJournal, replay } from '../../src-main/project/journal.ts';
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

function append(path: string, wholeBytes: number, entry: JournalEntry): Promise<number> {
  return appendLine(path, wholeBytes, JSON.stringify(entry));
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

// Copying all earlier steps per entry takes minutes here. The limit is far above the time of appending.
test('a history of 300,000 edits replays in time proportional to their number', { timeout: 5000 }, () => {
  const { steps, current } = replay(Array.from({ length: 300_000 }, (_, i) => edit(i + 1)));
  expect(current).toBe(300_000);
  expect(steps.at(-1)?.title).toBe('Edit 300000');
});

test('reading a damaged journal gives the history of the entries that count', async () => {
  const path = join(temporaryFolder(), 'history.jsonl');
  const lines = [edit(1), edit(2), { kind: 'undo', revision: 3, at }, edit(5)];
  writeFileSync(path, lines.map((line, i) => (i === 1 ? '{\n' : `${JSON.stringify(line)}\n`)).join(''));
  const { entries, history } = await readJournal(path);
  expect(entries).toEqual([edit(1), edit(5)]);
  expect(history).toEqual(replay(entries));
});

test('an edit that changed nothing is no step, and counts where the lines before it are damaged', async () => {
  const unchanged: JournalEntry = {
    kind: 'edit',
    revision: 2,
    at,
    title: 'Edit 2',
    state: state(1),
    isUnchanged: true,
  };
  expect(replay([edit(1), unchanged])).toEqual({ ...replay([edit(1)]), revision: 2 });
  const path = join(temporaryFolder(), 'history.jsonl');
  writeFileSync(path, `{\n${JSON.stringify(unchanged)}\n`);
  const { entries, history } = await readJournal(path);
  expect(history.steps.map(({ title }) => title)).toEqual(['', 'Edit 2']);
  expect(replay(entries)).toEqual(history);
});

test('what is appended is read back', async () => {
  const path = join(temporaryFolder(), 'a', 'history.jsonl');
  let end = 0;
  for (const revision of [1, 2, 3]) end = await append(path, end, edit(revision));
  expect(await readJournal(path)).toEqual({
    entries: [1, 2, 3].map(edit),
    history: replay([1, 2, 3].map(edit)),
    fileBytes: end,
    wholeBytes: end,
    droppedLines: 0,
    incompleteLine: new Uint8Array(),
  });
  expect(readFileSync(path).length).toBe(end);
});

test('a torn last line never happened, and the next entry takes its place', async () => {
  const path = join(temporaryFolder(), 'history.jsonl');
  const end = await append(path, 0, edit(1));
  appendFileSync(path, '{"kind":"edit","revision":2,"at"');
  expect(await readJournal(path)).toMatchObject({
    entries: [edit(1)],
    wholeBytes: end,
    droppedLines: 0,
    incompleteLine: new TextEncoder().encode('{"kind":"edit","revision":2,"at"'),
  });
  await append(path, end, edit(2));
  expect((await readJournal(path)).entries).toEqual([edit(1), edit(2)]);
});

const undo = (revision: number): JournalEntry => ({ kind: 'undo', revision, at });

test.each([
  ['the first line', [null, edit(2), edit(3)], [edit(2), edit(3)], 1],
  ['a line in the middle', [edit(1), null, edit(3)], [edit(1), edit(3)], 1],
  ['the last line', [edit(1), edit(2), null], [edit(1), edit(2)], 1],
  ['an undo before the gap', [edit(1), undo(2), null, edit(4)], [edit(1), undo(2), edit(4)], 1],
  ['an undo right after the gap', [edit(1), null, undo(3), edit(4)], [edit(1), edit(4)], 2],
  [
    'an undo back over the gap',
    [edit(1), null, edit(3), undo(4), undo(5), edit(6)],
    [edit(1), edit(3), edit(6)],
    3,
  ],
  [
    'an undo after the gap',
    [edit(1), null, edit(3), edit(4), undo(5)],
    [edit(1), edit(3), edit(4), undo(5)],
    1,
  ],
] as const)('of a journal with damage at %s, all that is certain counts', async (_, lines, kept, dropped) => {
  const path = join(temporaryFolder(), 'history.jsonl');
  writeFileSync(path, lines.map((line) => `${line === null ? '{"kind":' : JSON.stringify(line)}\n`).join(''));
  expect(await readJournal(path)).toMatchObject({ entries: kept, droppedLines: dropped, wholeBytes: null });
});

test('a single byte that is no UTF-8 damages its line, and no other', async () => {
  const path = join(temporaryFolder(), 'history.jsonl');
  writeFileSync(path, [1, 2, 3].map((revision) => `${JSON.stringify(edit(revision))}\n`).join(''));
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('Edit 2')] = 0xff;
  writeFileSync(path, bytes);
  expect(await readJournal(path)).toMatchObject({ entries: [edit(1), edit(3)], droppedLines: 1 });
});

test('a crash or a full disk in the middle of an entry leaves the earlier ones', async () => {
  for (const kind of ['crash', 'ENOSPC'] as const) {
    for (let failAt = 1; failAt <= 4; failAt += 1) {
      faults.reset();
      const path = join(temporaryFolder(), 'history.jsonl');
      const end = await append(path, 0, edit(1));
      faults.reset(failAt, kind);
      const outcome = await append(path, end, edit(2)).then(
        () => 'kept',
        () => 'lost',
      );
      const { entries, droppedLines } = await readJournal(path);
      expect(droppedLines).toBe(0);
      expect(entries).toEqual(outcome === 'kept' ? [edit(1), edit(2)] : [edit(1)]);
    }
  }
});
