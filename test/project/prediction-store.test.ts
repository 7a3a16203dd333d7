import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Segmentation } from '../../src-main/contract/pixels.ts';
import type { PredictionRecord } from '../../src-main/contract/project.ts';
import { keepCells } from '../../src-main/project/keep-cells.ts';
import { predictionFiles, PredictionStore } from '../../src-main/project/prediction-store.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

/** Two cells in 2 × 3 pixels: `shift` tells one segmentation from another. */
function segmentation(shift: number): Segmentation {
  return {
    labels: { height: 2, width: 3, data: Int32Array.of(1, 1, 0, 0, 2, 2) },
    scores: Float32Array.of(0.9, 0.5 + shift),
    locations: Float32Array.of(0.5, 1, 1.5, 2.25),
    contours: {
      points: Float32Array.of(0, 0, 0, 2, 1, 2, 1, 0, 1, 1.25, 1, 3, 2, 3),
      ringStarts: Uint32Array.of(0, 4, 7),
      ringLabels: Uint32Array.of(1, 2),
    },
  };
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
  expect(await store.read()).toEqual({ record, segmentation: segmentation(0) });
});

test('an image without cells is a prediction too', async () => {
  const store = new PredictionStore(temporaryFolder());
  const nothing: Segmentation = {
    labels: { height: 1, width: 2, data: new Int32Array(2) },
    scores: new Float32Array(0),
    locations: new Float32Array(0),
    contours: { points: new Float32Array(0), ringStarts: new Uint32Array(1), ringLabels: new Uint32Array(0) },
  };
  await store.write({ ...record, cells: 0 }, predictionFiles(nothing));
  expect((await store.read())?.segmentation).toEqual(nothing);
});

test('a crash or a full disk leaves the old prediction or the new one, whole', async () => {
  const seen = new Set<string>();
  for (const kind of ['crash', 'ENOSPC'] as const) {
    for (let failAt = 1; failAt <= 22; failAt += 1) {
      faults.reset();
      const store = new PredictionStore(temporaryFolder());
      await store.write(record, predictionFiles(segmentation(0)));
      faults.reset(failAt, kind);
      await store
        .write({ ...record, elapsedMs: 99 }, predictionFiles(segmentation(0.25)))
        .catch(() => undefined);
      const kept = await store.read();
      const shift = kept?.record.elapsedMs === 99 ? 0.25 : 0;
      expect(kept?.segmentation).toEqual(segmentation(shift));
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
  expect(names.sort()).toEqual(['cells.csv', 'contours.json', 'labels.tif', 'notes.txt', 'record.json']);
});

test('a prediction of an earlier version, whose record names no files, is read', async () => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder);
  await store.write(record, predictionFiles(segmentation(0)));
  for (const name of readdirSync(folder)) {
    renameSync(join(folder, name), join(folder, name.replace(/-[0-9a-f]{8}/, '')));
  }
  writeFileSync(join(folder, 'record.json'), JSON.stringify(record));
  expect(await store.read()).toEqual({ record, segmentation: segmentation(0) });
});

test.each([
  ['that is no JSON', '{'],
  ['without a field', JSON.stringify({ ...record, at: undefined })],
  ['with more cells than pixels', JSON.stringify({ ...record, cells: 7 })],
  [
    'that names a file elsewhere',
    JSON.stringify({ ...record, files: { labels: '../a', cells: 'b', contours: 'c' } }),
  ],
])('a record %s is refused by name, with the way out', async (_, text) => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder, 6);
  await store.write(record, predictionFiles(segmentation(0)));
  const path = join(folder, 'record.json');
  writeFileSync(path, text);
  const refusal = {
    code: 'file-damaged',
    subject: path,
    remedy: expect.stringContaining('--again') as string,
  };
  await expect(store.record()).rejects.toMatchObject(refusal);
  await expect(store.read()).rejects.toMatchObject(refusal);
  // Segmenting again is the way out.
  await store.write(record, predictionFiles(segmentation(0.25)));
  expect((await store.read())?.segmentation).toEqual(segmentation(0.25));
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

test('cells can be left out; the others keep their order and are numbered anew', () => {
  const kept = keepCells(segmentation(0), (label) => label === 2);
  expect([...kept.labels.data]).toEqual([0, 0, 0, 0, 1, 1]);
  expect([...kept.scores]).toEqual([0.5]);
  expect([...kept.locations]).toEqual([1.5, 2.25]);
  expect([...kept.contours.points]).toEqual([1, 1.25, 1, 3, 2, 3]);
  expect([...kept.contours.ringLabels]).toEqual([1]);
});
