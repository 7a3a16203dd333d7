import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { emptyPackedMask, packMask } from '../../src-main/contract/packed-mask.ts';
import type { PackedMask } from '../../src-main/contract/packed-mask.ts';
import type { AnnotationSource } from '../../src-main/contract/project-files.ts';
import { runsOf } from '../../src-main/imaging/label/runs-of.ts';
import { AnnotationStore } from '../../src-main/project/annotation-store.ts';
import type { KeptReview } from '../../src-main/project/review-file.ts';
import { sweepLeftovers } from '../../src-main/project/sweep-leftovers.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

const size = { height: 2, width: 3 };
const source: AnnotationSource = { method: 'edited', by: 'person', parameters: {} };

function open(folder: string, readOnly = false): AnnotationStore {
  return new AnnotationStore(folder, size, readOnly);
}

function mask(...data: number[]): PackedMask {
  return packMask({ ...size, data: Uint8Array.from(data) });
}

const first = mask(1, 0, 0, 0, 0, 1);
const second = mask(1, 1, 0, 0, 1, 1);

async function fill(store: AnnotationStore): Promise<void> {
  await store.edit('Pick candidate 1', { foreground: { value: first, source } });
  await store.edit('Find locations', { locations: { value: Float32Array.of(0.5, 1.25), source } });
  await store.edit('Pick candidate 2', { foreground: { value: second, source } });
}

test('what is annotated is read back, here and by another process, and by a person', async () => {
  const folder = temporaryFolder();
  const store = open(folder);
  await fill(store);
  const labels = runsOf({ ...size, data: Int32Array.of(0, 7, 7, 0, 0, 70000) });
  await store.edit('Attach a label image', { labels: { value: labels, source } });
  const review: KeptReview = {
    prediction: { model: 'small-1', madeAt: 'then' },
    allChecked: false,
    nextId: 5,
    lastLabel: 3,
    cells: [
      { id: 1, state: 'accepted', label: 1, mask: null },
      { id: 2, state: 'found', label: 2, mask: null },
      { id: 3, state: 'rejected', label: 3, mask: null },
      {
        id: 4,
        state: 'added',
        label: null,
        score: 1,
        source: 'person',
        location: { y: 0.5, x: 1.5 },
        mask: { top: 0, left: 1, height: 1, width: 2, runs: [0, 2] },
      },
    ],
  };
  await store.edit('Accept a cell', { review: { value: review, source: { ...source, method: 'review' } } });
  for (const reader of [store, open(folder), open(folder, true)]) {
    expect(await reader.read('foreground')).toEqual(second);
    expect(await reader.read('locations')).toEqual(Float32Array.of(0.5, 1.25));
    expect(await reader.read('labels')).toEqual(labels);
    expect(await reader.read('review')).toEqual(review);
  }
  const { state } = await store.view();
  expect([state.foreground?.count, state.locations?.count, state.labels?.count, state.review?.count]).toEqual(
    [4, 1, 2, 3],
  );
  expect(readFileSync(join(folder, 'locations.csv'), 'utf8')).toBe('y,x\n0.5,1.25\n');
  expect(JSON.parse(readFileSync(join(folder, 'review.json'), 'utf8'))).toMatchObject({
    nextId: 5,
    cells: [{ id: 1, state: 'accepted', label: 1 }, { id: 2 }, { id: 3 }, { id: 4, mask: { runs: [0, 2] } }],
  });
});

test('undo and redo have no end and survive a restart', async () => {
  const folder = temporaryFolder();
  await fill(open(folder));
  expect(await open(folder).view()).toMatchObject({ undoTitle: 'Pick candidate 2', redoTitle: null });
  expect(await open(folder).undo()).toMatchObject({
    undoTitle: 'Find locations',
    redoTitle: 'Pick candidate 2',
  });
  expect(await open(folder).read('foreground')).toEqual(first);
  await open(folder).undo();
  await open(folder).undo();
  await open(folder).undo(); // nothing left to undo
  const store = open(folder);
  expect(await store.view()).toMatchObject({ undoTitle: null, redoTitle: 'Pick candidate 1', revision: 6 });
  expect(await store.read('foreground')).toBeNull();
  expect(readdirSync(folder).sort()).toEqual(['history', 'history.jsonl', 'record.json']);
  for (let i = 0; i < 3; i += 1) await open(folder).redo();
  expect(await open(folder).read('foreground')).toEqual(second);
  expect(await open(folder).read('locations')).toEqual(Float32Array.of(0.5, 1.25));
});

test('a part can be said to be empty, or taken away', async () => {
  const store = open(temporaryFolder());
  await store.edit('None will do', {
    foreground: { value: null, source: { ...source, method: 'none-will-do' } },
  });
  expect((await store.view()).state.foreground).toMatchObject({
    sha256: null,
    source: { method: 'none-will-do' },
  });
  expect(await store.read('foreground')).toBeNull();
  await store.edit('Take away', { foreground: null });
  expect((await store.view()).state.foreground).toBeNull();
});

test('two stores of one image, as in two processes, see each other’s edits', async () => {
  const folder = temporaryFolder();
  const [a, b] = [open(folder), open(folder)];
  await a.edit('a', { foreground: { value: first, source } });
  await b.edit('b', { foreground: { value: second, source } });
  expect(await a.view()).toMatchObject({ undoTitle: 'b', revision: 2 });
  await a.undo();
  expect(await b.read('foreground')).toEqual(first);
});

describe('what does not belong to the image is refused, and nothing changes', () => {
  test.each([
    [
      'a mask of another size',
      { foreground: { value: emptyPackedMask(3, 3), source } },
      'image-size-mismatch',
    ],
    ['a location outside', { locations: { value: Float32Array.of(0.5, 3), source } }, 'annotation-invalid'],
    [
      'a location that is no number',
      { locations: { value: Float32Array.of(NaN, 1), source } },
      'annotation-invalid',
    ],
  ])('%s', async (_, change, code) => {
    const folder = temporaryFolder();
    await expect(open(folder).edit('x', change)).rejects.toMatchObject({ code });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('files that a person has changed', () => {
  test('are taken over as an edit that can be undone', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n1.5,2.5\n0.5,0.5\n');
    const store = open(folder);
    expect(await store.read('locations')).toEqual(Float32Array.of(1.5, 2.5, 0.5, 0.5));
    expect(await store.view()).toMatchObject({
      undoTitle: 'Import locations.csv',
      state: { locations: { count: 2, source: { method: 'file', by: 'person' } } },
    });
    await store.undo();
    expect(await store.read('locations')).toEqual(Float32Array.of(0.5, 1.25));
  });

  test('are used but not taken over where nothing may be written', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n1.5,2.5\n');
    expect(await open(folder, true).read('locations')).toEqual(Float32Array.of(1.5, 2.5));
    expect((await open(folder).view()).revision).toBe(3);
  });

  test('that do not fit are refused by name, and the annotation stays', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n99,99\n');
    await expect(open(folder).read('locations')).rejects.toMatchObject({
      code: 'annotation-invalid',
      message: expect.stringContaining('locations.csv') as string,
    });
    expect((await open(folder).view()).revision).toBe(3);
  });

  test('that are gone are taken from the history', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    rmSync(join(folder, 'foreground.png'));
    rmSync(join(folder, 'record.json'));
    expect(await open(folder).read('foreground')).toEqual(second);
  });

  test('are taken over before an edit or an undo would write over them', async () => {
    const folder = temporaryFolder();
    const store = open(folder);
    await fill(store);
    // Another program changes the foreground, and nobody has read it since.
    const other = temporaryFolder();
    await open(other).edit('Draw', { foreground: { value: mask(0, 0, 1, 0, 0, 0), source } });
    const drawn = readFileSync(join(other, 'foreground.png'));
    writeFileSync(join(folder, 'foreground.png'), drawn);
    await store.edit('Pick candidate 1', { foreground: { value: first, source } });
    expect(await store.view()).toMatchObject({ undoTitle: 'Pick candidate 1' });
    await store.undo();
    expect(readFileSync(join(folder, 'foreground.png'))).toEqual(drawn);

    await store.edit('Take away', { locations: null });
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n1.5,2.5\n');
    // Undo would write the earlier locations over the file. So undo reverts the import, and redo brings it
    // back.
    await store.undo();
    expect(await store.read('locations')).toBeNull();
    await store.redo();
    expect(await store.read('locations')).toEqual(Float32Array.of(1.5, 2.5));
  });

  test('that do not fit are kept aside, and told, before an edit writes over them', async () => {
    const folder = temporaryFolder();
    const told: string[] = [];
    const store = new AnnotationStore(folder, size, false, (notice) => told.push(notice));
    await fill(store);
    writeFileSync(join(folder, 'foreground.png'), 'half a fi');
    await store.edit('Pick candidate 1', { foreground: { value: first, source } });
    expect(await store.read('foreground')).toEqual(first);
    const [aside] = readdirSync(folder).filter((name) => name.startsWith('foreground-replaced'));
    expect(readFileSync(join(folder, aside!), 'utf8')).toBe('half a fi');
    expect(told).toEqual([expect.stringContaining(aside!) as string]);
  });

  test('and are new are imported at the next reading, and before an edit', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n1.5,2.5\n');
    const store = open(folder);
    expect(await store.view()).toMatchObject({
      undoTitle: 'Import locations.csv',
      state: { locations: { count: 1, source: { method: 'file', by: 'person' } }, labels: null },
    });
    // Undo also removes the file, otherwise the program would import it again.
    await store.undo();
    expect((await store.view()).state.locations).toBeNull();
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n0.5,0.5\n');
    await store.edit('Find locations', { locations: { value: Float32Array.of(1.5, 1.5), source } });
    await store.undo();
    expect(await store.read('locations')).toEqual(Float32Array.of(0.5, 0.5));
  });

  test('and are new, but do not fit, stay as they are', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'locations.csv');
    writeFileSync(path, 'y,x\n99,99\n');
    const store = open(folder);
    const unseen = { revision: 0, state: { locations: null }, unfit: { code: 'annotation-invalid' } };
    expect(await store.view()).toMatchObject(unseen);
    const found = { locations: { value: Float32Array.of(1.5, 1.5), source } };
    await expect(store.edit('Find locations', found)).rejects.toMatchObject({ code: 'annotation-invalid' });
    expect(await store.view()).toMatchObject(unseen);
    expect(readFileSync(path, 'utf8')).toContain('99,99');
  });

  test('after a repair that could not be made are taken over, not written over', async () => {
    const folder = temporaryFolder();
    const store = open(folder);
    await fill(store);
    rmSync(join(folder, 'record.json'));
    writeFileSync(join(folder, 'locations.csv'), 'y,x\n1.5,2.5\n');
    expect(await open(folder).read('locations')).toEqual(Float32Array.of(1.5, 2.5));
  });
});

test('a crash at any operation leaves the annotation before the edit or after it, and the next edit works', async () => {
  const outcomes = new Set<string>();
  for (let failAt = 1; failAt <= 24; failAt += 1) {
    faults.reset();
    const folder = temporaryFolder();
    await fill(open(folder));
    faults.reset(failAt, 'crash');
    const killed = await open(folder)
      .edit('Pick candidate 1', { foreground: { value: first, source } })
      .then(
        () => 'done',
        () => 'died',
      );
    faults.reset();
    await sweepLeftovers(folder);
    const store = open(folder);
    const { undoTitle, revision } = await store.view();
    const isAfter = revision === 4;
    expect(undoTitle).toBe(isAfter ? 'Pick candidate 1' : 'Pick candidate 2');
    expect(await store.read('foreground')).toEqual(isAfter ? first : second);
    expect(await store.read('locations')).toEqual(Float32Array.of(0.5, 1.25));
    if (killed === 'done') expect(isAfter).toBe(true);
    outcomes.add(`${killed} ${isAfter ? 'after' : 'before'}`);
    await store.edit('Pick candidate 2', { foreground: { value: second, source } });
    expect(await open(folder).read('foreground')).toEqual(second);
    expect(JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8'))).toMatchObject({
      revision: revision + 1,
    });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }
  expect([...outcomes].sort()).toEqual(['died after', 'died before', 'done after']);
});

test('on a full disk an edit happens or is refused, and what is read afterwards agrees', async () => {
  const outcomes = new Set<string>();
  for (let failAt = 1; failAt <= 12; failAt += 1) {
    faults.reset();
    const folder = temporaryFolder();
    const store = open(folder);
    await fill(store);
    faults.reset(failAt, 'ENOSPC');
    const outcome = await store.edit('Pick', { foreground: { value: first, source } }).then(
      () => 'kept',
      (error: unknown) => (error instanceof LacssError ? error.code : 'another error'),
    );
    faults.reset();
    const expected = outcome === 'kept' ? first : second;
    expect((await store.view()).revision).toBe(outcome === 'kept' ? 4 : 3);
    expect(await store.read('foreground')).toEqual(expected);
    expect(await open(folder).read('foreground')).toEqual(expected);
    expect((await open(folder).view()).revision).toBe(outcome === 'kept' ? 4 : 3);
    outcomes.add(outcome);
  }
  expect([...outcomes].sort()).toEqual(['disk-full', 'kept']);
});

test('the id of an edit is kept in the journal, so that a restart recognises a repeated one', async () => {
  const folder = temporaryFolder();
  const [pick, undo, redo] = [randomUUID(), randomUUID(), randomUUID()];
  const store = open(folder);
  await store.edit('Pick candidate 1', { foreground: { value: first, source } }, pick);
  await store.undo(undo);
  await store.redo(redo);
  for (const reader of [store, open(folder), open(folder, true)]) {
    for (const id of [pick, undo, redo]) expect(await reader.holds(id)).toBe(true);
    expect(await reader.holds(randomUUID())).toBe(false);
  }
  const undone = await open(folder).undo(randomUUID());
  expect(undone).toMatchObject({ redoTitle: 'Pick candidate 1', revision: 4 });
});

test('an edit that was not saved does not count as made', async () => {
  const folder = temporaryFolder();
  const store = open(folder);
  const id = randomUUID();
  faults.reset(1, 'ENOSPC');
  await expect(
    store.edit('Pick candidate 1', { foreground: { value: first, source } }, id),
  ).rejects.toMatchObject({ code: 'disk-full' });
  faults.reset();
  expect(await store.holds(id)).toBe(false);
});

test('changes in turn each see what the one before has written', async () => {
  const store = open(temporaryFolder());
  const addPoint = (y: number) =>
    store.inTurn(async () => {
      const points = (await store.read('locations')) ?? new Float32Array(0);
      await store.edit('Add', { locations: { value: Float32Array.of(...points, y, 0), source } });
    });
  await Promise.all([addPoint(0), addPoint(1)]);
  expect(await store.read('locations')).toEqual(Float32Array.of(0, 0, 1, 0));
});

test.each([
  ['more cells than the image has pixels', { cells: 3_000_000_000 }],
  ['more cells than its own pixels', { cells: 7 }],
  ['a judgement of a cell that is not there', { cells: 2, accepted: [3] }],
])('a review of %s is refused by name before memory is taken for it', async (_, change) => {
  const folder = temporaryFolder();
  const review = { model: 'small-1', madeAt: 'then', cells: 2, accepted: [1], rejected: [], deleted: [] };
  writeFileSync(join(folder, 'review.json'), JSON.stringify({ ...review, ...change }));
  await expect(open(folder).read('review')).rejects.toMatchObject({
    code: 'annotation-invalid',
    subject: join(folder, 'review.json'),
  });
});

/** A store that records its notices as a person reads them. */
function listening(folder: string, readOnly = false): { store: AnnotationStore; told: string[] } {
  const told: string[] = [];
  return { store: new AnnotationStore(folder, size, readOnly, (notice) => told.push(notice)), told };
}

describe('a damaged history', () => {
  /** Breaks one line of the journal. */
  function breakLine(folder: string, line: number): void {
    const path = join(folder, 'history.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[line] = lines[line]!.slice(0, -9);
    writeFileSync(path, lines.join('\n'));
  }

  test('keeps every other step, is kept aside, and is told of once', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    breakLine(folder, 1);
    const damaged = readFileSync(join(folder, 'history.jsonl'));
    const { store, told } = listening(folder);
    expect(await store.view()).toMatchObject({ undoTitle: 'Pick candidate 2' });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('1 step can no longer be undone');
    const [aside] = readdirSync(folder).filter((name) => name.startsWith('history-damaged-'));
    expect(told[0]).toContain(join(folder, aside!));
    expect(readFileSync(join(folder, aside!))).toEqual(damaged);
    // The points of the lost step are part of the next step.
    expect(await store.read('locations')).toEqual(Float32Array.of(0.5, 1.25));
    await store.undo();
    expect(await store.read('foreground')).toEqual(first);
    const later = listening(folder);
    expect(await later.store.view()).toMatchObject({
      undoTitle: 'Pick candidate 1',
      redoTitle: 'Pick candidate 2',
    });
    expect(later.told).toEqual([]);
  });

  test('of which nothing is readable is kept aside, and begun again from the record', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    writeFileSync(join(folder, 'history.jsonl'), 'scribble\n');
    const { store, told } = listening(folder);
    expect(await store.read('foreground')).toEqual(second);
    expect(await store.read('locations')).toEqual(Float32Array.of(0.5, 1.25));
    expect(told).toEqual([
      expect.stringContaining('history-damaged-'),
      expect.stringContaining('was missing or unreadable'),
    ]);
  });

  test('that may only be read is told of, and nothing is written', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    breakLine(folder, 1);
    const before = readdirSync(folder);
    const { store, told } = listening(folder, true);
    expect(await store.view()).toMatchObject({ undoTitle: 'Pick candidate 2' });
    expect(told).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('on a full disk is left as it is, and no edit is lost by it', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    breakLine(folder, 1);
    const damaged = readFileSync(join(folder, 'history.jsonl'));
    const { store } = listening(folder);
    faults.reset(1, 'ENOSPC');
    expect(await store.view()).toMatchObject({ undoTitle: 'Pick candidate 2' });
    await expect(store.undo()).rejects.toMatchObject({ code: 'disk-full' });
    expect(readFileSync(join(folder, 'history.jsonl'))).toEqual(damaged);
    faults.reset();
    expect(await store.undo()).toMatchObject({ redoTitle: 'Pick candidate 2' });
  });

  test('a crash at any moment of the repair leaves what can be repaired again', async () => {
    for (let failAt = 1; failAt <= 12; failAt += 1) {
      faults.reset();
      const folder = temporaryFolder();
      await fill(open(folder));
      breakLine(folder, 1);
      faults.reset(failAt, 'crash');
      await open(folder)
        .view()
        .catch(() => undefined);
      faults.reset();
      expect(await open(folder).view()).toMatchObject({ undoTitle: 'Pick candidate 2' });
      expect(readdirSync(folder).filter((name) => /^history-damaged-/.test(name))).toHaveLength(1);
    }
  });

  test('whose last line is incomplete drops that line, keeps it, and tells of it once', async () => {
    const folder = temporaryFolder();
    await fill(open(folder));
    appendFileSync(join(folder, 'history.jsonl'), '{"kind":"edit","rev');
    const { store, told } = listening(folder);
    await store.view();
    await store.view();
    expect(told).toHaveLength(1);
    const [aside] = readdirSync(folder).filter((name) => name.startsWith('history-incomplete-'));
    expect(readFileSync(join(folder, aside!), 'utf8')).toBe('{"kind":"edit","rev');
    const later = listening(folder);
    expect(await later.store.undo()).toMatchObject({ undoTitle: 'Find locations' });
    expect(later.told).toEqual([]);
  });

  test('that is gone is begun again from the record', async () => {
    const folder = temporaryFolder();
    const store = open(folder);
    await fill(store);
    await store.edit('None will do', {
      foreground: { value: null, source: { ...source, method: 'none-will-do' } },
    });
    rmSync(join(folder, 'history.jsonl'));
    const later = listening(folder);
    expect((await later.store.view()).state).toMatchObject({
      foreground: { source: { method: 'none-will-do' } },
      locations: { count: 1 },
    });
    expect(later.told).toHaveLength(1);
  });
});

test('a damaged record is kept aside, told of, and made again from the history', async () => {
  const folder = temporaryFolder();
  await fill(open(folder));
  writeFileSync(join(folder, 'record.json'), '{');
  const { store, told } = listening(folder);
  expect(await store.view()).toMatchObject({ undoTitle: 'Pick candidate 2' });
  expect(told).toHaveLength(1);
  const [aside] = readdirSync(folder).filter((name) => name.startsWith('record-damaged-'));
  expect(readFileSync(join(folder, aside!), 'utf8')).toBe('{');
  expect(JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8'))).toMatchObject({ revision: 3 });
});

test('on a full disk an undo happens or is refused; one that happened can be done again', async () => {
  const outcomes = new Set<string>();
  for (let failAt = 1; failAt <= 12; failAt += 1) {
    faults.reset();
    const folder = temporaryFolder();
    const store = open(folder);
    await fill(store);
    faults.reset(failAt, 'ENOSPC');
    const outcome = await store.undo().then(
      () => 'undone',
      (error: unknown) => (error instanceof LacssError ? error.code : 'another error'),
    );
    // The disk is still full: reading must work, and show the acknowledged state.
    const wanted = outcome === 'undone' ? first : second;
    expect((await store.view()).revision).toBe(outcome === 'undone' ? 4 : 3);
    expect(await store.read('foreground')).toEqual(wanted);
    expect(await open(folder).read('foreground')).toEqual(wanted);
    expect(await open(folder, true).read('foreground')).toEqual(wanted);
    faults.reset();
    expect(await open(folder).view()).toMatchObject({
      redoTitle: outcome === 'undone' ? 'Pick candidate 2' : null,
    });
    if (outcome === 'undone') await store.redo();
    expect(await open(folder).read('foreground')).toEqual(second);
    expect(JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8'))).toMatchObject({
      revision: outcome === 'undone' ? 5 : 3,
    });
    outcomes.add(outcome);
  }
  expect([...outcomes].sort()).toEqual(['disk-full', 'undone']);
});

test('files that could not be shown for two edits are shown when there is room again', async () => {
  const folder = temporaryFolder();
  const store = open(folder);
  await fill(store);
  for (let failAt = 3; failAt <= 6; failAt += 1) {
    faults.reset(failAt, 'ENOSPC');
    await store.undo().catch(() => undefined);
    faults.reset(failAt, 'ENOSPC');
    await store.redo().catch(() => undefined);
    faults.reset();
    const other = open(folder);
    expect(await other.read('foreground')).toEqual(await store.read('foreground'));
    expect((await other.view()).state.foreground?.source.method).toBe('edited');
  }
});

test('an undo that finds nothing is kept with its id, so that it undoes nothing when it is asked for again', async () => {
  const folder = temporaryFolder();
  const [undo, redo] = [randomUUID(), randomUUID()];
  const store = open(folder);
  expect(await store.undo(undo)).toMatchObject({ undoTitle: null, revision: 1 });
  expect(await store.redo(redo)).toMatchObject({ redoTitle: null, revision: 2 });
  await store.edit('Pick candidate 1', { foreground: { value: first, source } });
  const again = open(folder);
  expect(await again.holds(undo)).toBe(true);
  expect(await again.holds(redo)).toBe(true);
  expect(await again.view()).toMatchObject({ undoTitle: 'Pick candidate 1', redoTitle: null });
});
