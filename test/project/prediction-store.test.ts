import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LabelRuns, Segmentation } from '../../src-main/contract/pixels.ts';
import type { PredictionRecord } from '../../src-main/contract/project-files.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { labelImageOf } from '../../src-main/imaging/label/cut-labels.ts';
import { runsOf } from '../../src-main/imaging/label/runs-of.ts';
import { keepCells } from '../../src-main/imaging/label/keep-cells.ts';
import { predictionFiles, PredictionStore } from '../../src-main/project/prediction-store.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

/** Two cells in 2 × 3 pixels. `shift` distinguishes one segmentation from another. */
function segmentation(shift: number): Segmentation {
  return {
    labels: { height: 2, width: 3, data: Int32Array.of(1, 1, 0, 0, 2, 2) },
    scores: Float32Array.of(0.9, 0.5 + shift),
    locations: Float32Array.of(0.5, 1, 1.5, 2.25),
  };
}

/** As the store reads it. */
function asRuns(found: Segmentation): Segmentation<LabelRuns> {
  return { ...found, labels: runsOf(found.labels) };
}

const record: PredictionRecord = {
  imageName: 'a',
  imageSha256: ['0'.repeat(64)],
  weightsSha256: '1'.repeat(64),
  parameters: { minScore: 0.4 },
  cells: 2,
  elapsedMs: 12.5,
  at: new Date(0).toISOString(),
};

test('what is written is read back, number for number', async () => {
  const store = new PredictionStore(join(temporaryFolder(), 'p'));
  expect(await store.read()).toBeNull();
  await store.write(record, predictionFiles(segmentation(0)));
  expect(await store.read()).toEqual({ record, segmentation: asRuns(segmentation(0)) });
});

test('an image without cells is a prediction too', async () => {
  const store = new PredictionStore(temporaryFolder());
  const nothing: Segmentation = {
    labels: { height: 1, width: 2, data: new Int32Array(2) },
    scores: new Float32Array(0),
    locations: new Float32Array(0),
  };
  await store.write({ ...record, cells: 0 }, predictionFiles(nothing));
  expect((await store.read())?.segmentation).toEqual(asRuns(nothing));
});

test('a crash or a full disk leaves the old prediction or the new one, whole', async () => {
  const seen = new Set<string>();
  for (const kind of ['crash', 'ENOSPC'] as const) {
    for (let failAt = 1; failAt <= 16; failAt += 1) {
      faults.reset();
      const store = new PredictionStore(temporaryFolder());
      await store.write(record, predictionFiles(segmentation(0)));
      faults.reset(failAt, kind);
      await store
        .write({ ...record, elapsedMs: 99 }, predictionFiles(segmentation(0.25)))
        .catch(() => undefined);
      const kept = await store.read();
      const shift = kept?.record.elapsedMs === 99 ? 0.25 : 0;
      expect(kept?.segmentation).toEqual(asRuns(segmentation(shift)));
      seen.add(`${kind}: ${shift === 0 ? 'old' : 'new'}`);
    }
  }
  expect([...seen].sort()).toEqual(['ENOSPC: new', 'ENOSPC: old', 'crash: new', 'crash: old']);
});

test('the files of an earlier prediction go once the new one is in place; other files stay', async () => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder);
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  for (const shift of [0, 0.25]) await store.write(record, predictionFiles(segmentation(shift)));
  const names = readdirSync(folder).map((name) => name.replace(/-[0-9a-f]{8}/, ''));
  expect(names.sort()).toEqual(['cells.csv', 'labels.tif', 'notes.txt', 'record.json']);
});

test('a prediction of an earlier version, whose record names no files, is read', async () => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder);
  await store.write(record, predictionFiles(segmentation(0)));
  for (const name of readdirSync(folder)) {
    renameSync(join(folder, name), join(folder, name.replace(/-[0-9a-f]{8}/, '')));
  }
  writeFileSync(join(folder, 'record.json'), JSON.stringify(record));
  expect(await store.read()).toEqual({ record, segmentation: asRuns(segmentation(0)) });
});

test('a prediction that an earlier version kept with contours is read, and they go with the next one', async () => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder);
  await store.write(record, predictionFiles(segmentation(0)));
  const path = join(folder, 'record.json');
  const stored = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, string> };
  stored.files.contours = 'contours-0123abcd.json';
  writeFileSync(join(folder, stored.files.contours), '{"unit":"px","rings":[]}');
  writeFileSync(path, JSON.stringify(stored));
  expect((await store.read())?.segmentation).toEqual(asRuns(segmentation(0)));
  await store.write(record, predictionFiles(segmentation(0.25)));
  expect(readdirSync(folder).filter((name) => name.startsWith('contours'))).toEqual([]);
});

describe('a label image that was edited by hand', () => {
  const edited = async (
    data: number[],
    table?: (text: string) => string,
  ): Promise<{ store: PredictionStore; folder: string }> => {
    const folder = temporaryFolder();
    const store = new PredictionStore(folder);
    await store.write(record, predictionFiles(segmentation(0)));
    const named = (start: string): string =>
      join(
        folder,
        readdirSync(folder).find((name) => name.startsWith(start))!,
      );
    writeFileSync(named('labels-'), labelTiff({ height: 2, width: 3, data: Int32Array.from(data) }));
    if (table !== undefined) writeFileSync(named('cells-'), table(readFileSync(named('cells-'), 'utf8')));
    return { store, folder };
  };

  test('counts as it is: a removed cell is gone, and the others keep their scores', async () => {
    const { store } = await edited([0, 0, 0, 2, 2, 2]);
    expect((await store.read())?.segmentation).toEqual({
      labels: runsOf({ height: 2, width: 3, data: Int32Array.of(0, 0, 0, 2, 2, 2) }),
      scores: Float32Array.of(0.5),
      locations: Float32Array.of(1.5, 2.25),
    });
  });

  test('may hold new cells that the table has rows for, in whatever order', async () => {
    const { store } = await edited([1, 1, 9, 0, 2, 2], (text) =>
      text.replace('score,y,x\n', 'score,y,x\n9,0.25,0.5,2.5\n'),
    );
    const { scores, labels } = (await store.read())!.segmentation;
    expect([...labelImageOf(labels).data]).toEqual([1, 1, 9, 0, 2, 2]);
    expect([...scores]).toEqual([Math.fround(0.9), 0.5, 0.25]);
  });

  test.each([[7], [4_000_000]])('with a cell %d that the table lacks is refused by name', async (label) => {
    const { store, folder } = await edited([1, 1, label, 0, 2, 2]);
    await expect(store.read()).rejects.toMatchObject({
      code: 'annotation-invalid',
      message: expect.stringContaining(`label ${label}`) as string,
      subject: expect.stringContaining(folder) as string,
    });
  });

  test('whose table has a label twice is refused by name', async () => {
    const { store } = await edited([1, 1, 0, 0, 2, 2], (text) => text + '2,0.1,1,1\n');
    await expect(store.read()).rejects.toThrow('it has two rows for one label');
  });
});

test.each([
  ['that is no JSON', '{'],
  ['without a field', JSON.stringify({ ...record, at: undefined })],
  ['with more cells than pixels', JSON.stringify({ ...record, cells: 7 })],
  ['that names a file elsewhere', JSON.stringify({ ...record, files: { labels: '../a', cells: 'b' } })],
])('a record %s is refused by name, with the way out', async (_, text) => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder, 6);
  await store.write(record, predictionFiles(segmentation(0)));
  const path = join(folder, 'record.json');
  writeFileSync(path, text);
  const refusal = {
    code: 'file-damaged',
    subject: path,
    command: expect.stringContaining('--again') as string,
  };
  await expect(store.record()).rejects.toMatchObject(refusal);
  await expect(store.read()).rejects.toMatchObject(refusal);
  // The remedy is to segment again.
  await store.write(record, predictionFiles(segmentation(0.25)));
  expect((await store.read())?.segmentation).toEqual(asRuns(segmentation(0.25)));
  expect(readFileSync(path, 'utf8')).toContain('labels-');
});

test('a table that somebody has changed is refused by name', async () => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder);
  await store.write(record, predictionFiles(segmentation(0)));
  const table = readdirSync(folder).find((name) => name.startsWith('cells-'))!;
  writeFileSync(join(folder, table), 'x,y\n1,2\n');
  await expect(store.read()).rejects.toMatchObject({ code: 'file-damaged' });
});

test('cells can be left out; the others keep their labels', () => {
  const kept = keepCells(segmentation(0), (label) => label === 2);
  expect([...kept.labels.data]).toEqual([0, 0, 0, 0, 2, 2]);
  expect([...kept.scores]).toEqual([0.5]);
  expect([...kept.locations]).toEqual([1.5, 2.25]);
});
