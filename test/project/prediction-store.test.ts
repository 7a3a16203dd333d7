import { existsSync, writeFileSync } from 'node:fs';
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

test('a crash or a full disk leaves the old prediction, none, or the new one; never parts of both', async () => {
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
      if (kept !== null) expect(kept.segmentation).toEqual(segmentation(shift));
      seen.add(kept === null ? 'none' : shift === 0 ? 'old' : 'new');
    }
  }
  expect([...seen].sort()).toEqual(['new', 'none', 'old']);
});

test('a table that somebody has changed is refused by name', async () => {
  const folder = temporaryFolder();
  const store = new PredictionStore(folder);
  await store.write(record, predictionFiles(segmentation(0)));
  expect(existsSync(join(folder, 'cells.csv'))).toBe(true);
  writeFileSync(join(folder, 'cells.csv'), 'x,y\n1,2\n');
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
