import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { createProject } from '../../src-main/project/create-project.ts';
import {
  keepHourlyCopy,
  keepRecentCopy,
  listManifestCopies,
  restoreProject,
} from '../../src-main/project/manifest-copies.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

let folder: string;
const manifest = (): string => join(folder, 'project.json');
const rename = async (name: string): Promise<void> => {
  const project = await openProject(folder, { purpose: 'test' });
  await project.update((before) => ({ ...before, name }));
  await project.close();
};
const names = async (): Promise<(string | null)[]> =>
  (await listManifestCopies(folder)).map(({ name }) => name);

beforeEach(async () => {
  faults.reset();
  folder = temporaryFolder();
  await (await createProject(folder, 'test', 'first')).close();
});

test('every opening keeps what was in force, once, and the ten newest stay', async () => {
  for (let i = 2; i <= 13; i += 1) await rename(`name ${i}`);
  await (await openProject(folder, { purpose: 'test' })).close();
  await (await openProject(folder, { purpose: 'test' })).close();
  expect(await names()).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4].map((i) => `name ${i}`));
  expect(
    (await listManifestCopies(folder)).every(({ kind, images }) => kind === 'recent' && images === 0),
  ).toBe(true);
});

test('while it is changed, a copy is kept an hour after the last one, also when the clock was set back', async () => {
  const text = (name: string): void => {
    const value = JSON.parse(readFileSync(manifest(), 'utf8')) as object;
    writeFileSync(manifest(), JSON.stringify({ ...value, name }));
  };
  const now = Date.now();
  const hour = 3_600_000;
  for (const [name, ms] of [
    ['a', now + hour / 2],
    ['b', now + 1.5 * hour],
    ['c', now + 1.9 * hour],
    ['d', now - 2 * hour],
  ] as const) {
    text(name);
    await keepHourlyCopy(folder, new Date(ms));
  }
  expect((await names()).sort()).toEqual(['b', 'd', 'first']);
});

test('a damaged project.json is restored from a copy, and is kept too', async () => {
  await rename('second');
  writeFileSync(manifest(), '{ "name": ');
  await expect(openProject(folder, { purpose: 'test' })).rejects.toMatchObject({
    code: 'project-damaged',
    command: expect.stringContaining('lacss restore') as string,
  });
  const copies = await listManifestCopies(folder);
  expect(copies.map(({ name }) => name)).toEqual(['first']);
  await restoreProject(folder, copies[0]!.id, 'test');
  const project = await openProject(folder, { purpose: 'test' });
  expect(project.manifest.name).toBe('first');
  await project.close();
  const replaced = (await listManifestCopies(folder)).find(({ kind }) => kind === 'replaced');
  expect(replaced).toMatchObject({ name: null, images: null });
  expect(readFileSync(join(folder, 'backups', replaced!.id), 'utf8')).toBe('{ "name": ');
});

test('the file of an earlier schema version is kept for good', async () => {
  const value = JSON.parse(readFileSync(manifest(), 'utf8')) as { settings: Record<string, unknown> };
  delete value.settings.review;
  const old = JSON.stringify({ ...value, schemaVersion: 2 });
  writeFileSync(manifest(), old);
  for (let i = 2; i <= 13; i += 1) await rename(`name ${i}`);
  const migrated = (await listManifestCopies(folder)).filter(({ kind }) => kind === 'migrated');
  expect(migrated).toMatchObject([{ name: 'first' }]);
  expect(readFileSync(join(folder, 'backups', migrated[0]!.id), 'utf8')).toBe(old);
});

test('a crash or a full disk while restoring leaves the file of before or the copy, whole', async () => {
  await rename('second');
  const [copy] = await listManifestCopies(folder);
  const seen = new Set<unknown>();
  for (const kind of ['crash', 'ENOSPC'] as const) {
    for (let failAt = 1; failAt <= 16; failAt += 1) {
      faults.reset();
      await rename('second');
      faults.reset(failAt, kind);
      await restoreProject(folder, copy!.id, 'test').catch(() => undefined);
      faults.reset();
      const { name } = JSON.parse(readFileSync(manifest(), 'utf8')) as { name: string };
      expect(['first', 'second']).toContain(name);
      seen.add(name);
      // The lock belongs to this process: a simulated crash leaves it.
      const { rmSync } = await import('node:fs');
      rmSync(join(folder, 'project.lock'), { force: true });
    }
  }
  expect([...seen].sort()).toEqual(['first', 'second']);
}, 60_000);

test('a full disk keeps no copy, and the project opens', async () => {
  await rename('second');
  faults.reset(1, 'ENOSPC');
  await keepRecentCopy(folder);
  faults.reset();
  expect(await names()).toEqual(['first']);
});

test('a copy that is not there, or lies elsewhere, is refused', async () => {
  mkdirSync(join(folder, 'backups'), { recursive: true });
  writeFileSync(join(folder, 'elsewhere.json'), readFileSync(manifest()));
  for (const id of ['../elsewhere.json', 'project-20260101T000000000Z-recent.json', '']) {
    await expect(restoreProject(folder, id, 'test')).rejects.toMatchObject({ code: 'file-not-found' });
  }
  expect(readdirSync(folder)).not.toContain('project.lock');
});
