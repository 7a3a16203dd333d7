import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { sweepLeftovers } from '../../src-main/project/sweep-leftovers.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { hasPipes, makePipe } from '../fixtures/make-pipe.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

test('writes text and bytes, and makes the folders on the way', async () => {
  const path = join(temporaryFolder(), 'a', 'b', 'c.txt');
  await writeFileAtomically(path, 'old');
  await writeFileAtomically(path, new TextEncoder().encode('µm'));
  expect(readFileSync(path, 'utf8')).toBe('µm');
  expect(readdirSync(join(path, '..'))).toEqual(['c.txt']);
});

test.each([
  ['ENOSPC', 'disk-full'],
  ['EROFS', 'file-unwritable'],
  ['EACCES', 'file-unwritable'],
] as const)('%s becomes %s, the old content stays, and nothing is left behind', async (kind, code) => {
  const folder = temporaryFolder();
  const path = join(folder, 'file.json');
  await writeFileAtomically(path, 'old content');
  faults.reset();
  await writeFileAtomically(path, 'old content');
  const operations = faults.count;
  for (let failAt = 1; failAt < operations; failAt += 1) {
    faults.reset(failAt, kind);
    await expect(writeFileAtomically(path, 'new content')).rejects.toMatchObject({
      code,
      remedy: expect.any(String) as string,
    });
    expect(readFileSync(path, 'utf8')).toBe('old content');
    if (kind === 'ENOSPC') expect(readdirSync(folder)).toEqual(['file.json']);
  }
  expect(operations).toBeGreaterThan(3);
});

test.skipIf(!hasPipes)('nothing takes the place of a pipe, a device or a folder', async () => {
  const folder = temporaryFolder();
  makePipe(join(folder, 'pipe'));
  mkdirSync(join(folder, 'folder'));
  symlinkSync(join(folder, 'pipe'), join(folder, 'link'));
  for (const [name, what] of [
    ['pipe', 'it is a pipe or a device, not a file'],
    ['link', 'it is a pipe or a device, not a file'],
    ['folder', 'it is a folder'],
  ] as const) {
    const path = join(folder, name);
    await expect(writeFileAtomically(path, 'x')).rejects.toMatchObject({
      code: 'file-unwritable',
      message: `${path} cannot be written: ${what}.`,
    });
  }
  expect(readdirSync(folder).sort()).toEqual(['folder', 'link', 'pipe']);
  expect(lstatSync(join(folder, 'pipe')).isFIFO()).toBe(true);
});

test('a crash at any operation leaves the old content or the new one, whole', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file.json');
  const seen = new Set<string>();
  for (let failAt = 1; failAt <= 6; failAt += 1) {
    faults.reset();
    await writeFileAtomically(path, 'old content');
    faults.reset(failAt, 'crash');
    await writeFileAtomically(path, 'new content').catch(() => undefined);
    const content = readFileSync(path, 'utf8');
    expect(['old content', 'new content']).toContain(content);
    seen.add(content);
  }
  expect(seen.size).toBe(2);
  faults.reset();
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toEqual(['file.json']);
});

test('sweeps the leftovers of dead processes only', async () => {
  const folder = temporaryFolder();
  const ofTheDead = '.project.json.4194999-1.tmp'; // above the largest process number of Linux, 4194304
  const ofTheLiving = `.project.json.${process.ppid}-1.tmp`;
  for (const name of [ofTheDead, ofTheLiving, 'notes.tmp']) writeFileSync(join(folder, name), 'x');
  expect(await sweepLeftovers(folder)).toBe(1);
  expect(readdirSync(folder).sort()).toEqual([ofTheLiving, 'notes.tmp'].sort());
});
