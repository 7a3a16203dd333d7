import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { projectSchemaVersion } from '../../src-main/contract/project-files.ts';
import type { ImageEntry } from '../../src-main/contract/project-files.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { defaultSettings } from '../../src-main/project/default-settings.ts';
import { migrate, migrateManifest } from '../../src-main/project/migrate-manifest.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

function image(id: string): ImageEntry {
  const sha256 = '0'.repeat(64);
  return {
    id,
    name: `${id}.tif`,
    files: [{ path: `images/${id}.tif`, lastSeenAt: `/images/${id}.tif`, sha256, bytes: 1, channels: 1 }],
    height: 4,
    width: 5,
    channelNames: ['Channel 1'],
    axes: null,
    roles: { cells: 0, nuclei: null },
    sizes: { t: 1, z: 1 },
    plane: { t: 0, z: 0 },
    pixelSizeUm: null,
    pixelSizeOrigin: 'unknown',
    ownLocationSettings: null,
    included: true,
    validation: false,
  };
}

test('a new project is empty, and found again as it was left', async () => {
  const folder = join(temporaryFolder(), 'colonies');
  const project = await createProject(folder, 'test');
  await project.update((manifest) => ({ ...manifest, images: [image('a')] }));
  await project.close();
  const again = await openProject(folder, { purpose: 'test' });
  expect(again.manifest).toEqual(project.manifest);
  expect(again.manifest).toMatchObject({
    name: 'colonies',
    schemaVersion: projectSchemaVersion,
    images: [{ id: 'a' }],
  });
  expect(again.image('a.tif').id).toBe('a');
  expect(() => again.image('b')).toThrow(expect.objectContaining({ code: 'file-not-found' }));
  await again.close();
  expect(readdirSync(folder)).toEqual(['backups', 'project.json']);
});

test('is kept from a second program until it is closed', async () => {
  const folder = temporaryFolder();
  const project = await createProject(folder, 'the window');
  await expect(openProject(folder, { purpose: 'lacss' })).rejects.toMatchObject({ code: 'project-in-use' });
  const shared = await openProject(folder, { purpose: 'child', access: 'shared' });
  await shared.update((manifest) => ({ ...manifest, name: 'by the child' }));
  await project.update((manifest) => ({ ...manifest, images: [image('a')] }));
  expect(project.manifest).toMatchObject({ name: 'by the child', images: [{ id: 'a' }] });
  await project.close();
});

describe('refuses', () => {
  test('a folder without a project, saying how to make one', async () => {
    await expect(openProject(temporaryFolder(), { purpose: 'test' })).rejects.toMatchObject({
      code: 'project-missing',
      command: expect.stringContaining('lacss new') as string,
    });
  });

  test('to make a second project in a folder', async () => {
    const folder = temporaryFolder();
    await (await createProject(folder, 'test')).close();
    const before = readFileSync(join(folder, 'project.json'));
    await expect(createProject(folder, 'test')).rejects.toMatchObject({ code: 'project-exists' });
    expect(readFileSync(join(folder, 'project.json'))).toEqual(before);
  });

  test('a project of a newer schema, touching nothing', async () => {
    const folder = temporaryFolder();
    await (await createProject(folder, 'test')).close();
    const path = join(folder, 'project.json');
    const newer = readFileSync(path, 'utf8').replace(/"schemaVersion": \d+/, '"schemaVersion": 99');
    writeFileSync(path, newer);
    const before = statSync(path).mtimeMs;
    await expect(openProject(folder, { purpose: 'test' })).rejects.toMatchObject({ code: 'project-newer' });
    expect(readFileSync(path, 'utf8')).toBe(newer);
    expect(statSync(path).mtimeMs).toBe(before);
    expect(readdirSync(folder)).toEqual(['backups', 'project.json']);
  });

  test.each([
    ['half a file', '{"format": "lacss-project", "sche', 'is not valid JSON'],
    ['something else', '{"format": "other"}', 'format'],
    ['a wrong field', '{"format": "lacss-project", "schemaVersion": 1, "images": 3}', 'name'],
  ])('a manifest that is %s', async (_, text, reason) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'project.json'), text);
    await expect(openProject(folder, { purpose: 'test' })).rejects.toMatchObject({
      code: 'project-damaged',
      message: expect.stringContaining(reason) as string,
    });
    expect(readdirSync(folder)).toEqual(['project.json']);
  });

  test('changes to what was opened for reading', async () => {
    const folder = temporaryFolder();
    await (await createProject(folder, 'test')).close();
    const project = await openProject(folder, { purpose: 'test', access: 'read' });
    await expect(project.update((manifest) => manifest)).rejects.toMatchObject({ code: 'file-unwritable' });
  });
});

test('opening clears away what a killed process has left', async () => {
  const folder = temporaryFolder();
  await (await createProject(folder, 'test')).close();
  mkdirSync(join(folder, 'annotations', 'a'), { recursive: true });
  const leftover = join(folder, 'annotations', 'a', '.locations.csv.4194999-3.tmp');
  writeFileSync(leftover, 'half');
  await (await openProject(folder, { purpose: 'test' })).close();
  expect(existsSync(leftover)).toBe(false);
});

test.each(['ENOSPC', 'EROFS', 'EACCES'] as const)(
  '%s while changing leaves the manifest as it was',
  async (kind) => {
    const folder = temporaryFolder();
    const project = await createProject(folder, 'test');
    const before = readFileSync(join(folder, 'project.json'), 'utf8');
    faults.reset(1, kind);
    const change = project.update((manifest) => ({ ...manifest, images: [image('a')] }));
    await expect(change).rejects.toMatchObject({ code: kind === 'ENOSPC' ? 'disk-full' : 'file-unwritable' });
    faults.reset();
    expect(readFileSync(join(folder, 'project.json'), 'utf8')).toBe(before);
    expect(project.manifest.images).toEqual([]);
    await project.update((manifest) => ({ ...manifest, images: [image('a')] }));
    await project.close();
    expect(readdirSync(folder)).toEqual(['backups', 'project.json']);
  },
);

test('a project that cannot be written leaves no folder behind', async () => {
  const folder = join(temporaryFolder(), 'colonies');
  // The folder can be made, but not the file in it.
  faults.reset(2, 'ENOSPC');
  await expect(createProject(folder, 'test')).rejects.toMatchObject({ code: 'disk-full' });
  faults.reset();
  expect(existsSync(folder)).toBe(false);
});

test('a manifest is migrated one version after the other', () => {
  const chain = {
    1: (manifest: Record<string, unknown>) => ({ ...manifest, title: manifest.name }),
    2: (manifest: Record<string, unknown>) => ({ ...manifest, title: `${String(manifest.title)}!` }),
  };
  const old = { format: 'lacss-project', schemaVersion: 1, name: 'x' };
  expect(migrate(old, 'project.json', chain, 3)).toEqual({ ...old, schemaVersion: 3, title: 'x!' });
  expect(() => migrate(old, 'project.json', {}, 3)).toThrow(/unknown schema version 1/);
});

test('the minimum score of older projects becomes that of the model, unless a person changed it', () => {
  const header = { format: 'lacss-project', name: 'old', createdAt: '2026-01-01T00:00:00Z', images: [] };
  const migrated = (minScore: number) => {
    const settings = { ...defaultSettings, review: { minScore } };
    return migrateManifest({ ...header, schemaVersion: 3, settings }, 'project.json').settings.review;
  };
  expect(migrated(0.2)).toEqual({ minScore: null });
  expect(migrated(0.35)).toEqual({ minScore: 0.35 });
});

test('a project of the first schema keeps its images, whose stacks nobody has corrected, and shows cells as a new one does', () => {
  const old: Partial<ImageEntry> = image('a');
  delete old.axes;
  const { foreground, locations } = defaultSettings;
  const header = { format: 'lacss-project', name: 'old', createdAt: '2026-01-01T00:00:00Z' };
  const manifest = migrateManifest(
    { ...header, schemaVersion: 1, settings: { foreground, locations }, images: [old] },
    'project.json',
  );
  expect(manifest).toEqual({
    ...header,
    schemaVersion: projectSchemaVersion,
    settings: defaultSettings,
    images: [image('a')],
  });
});
