import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { ManifestCopy, ManifestCopyKind } from '../contract/project-files.ts';
import { acquireLock } from './acquire-lock.ts';
import { fileError, systemCode } from '../contract/file-error.ts';
import { manifestName } from './manifest-name.ts';
import { migrateManifest } from './migrate-manifest.ts';
import { readBytes, readBytesOrNone } from './read-bytes.ts';
import { jsonText, readJson } from './read-json.ts';
import { removeFile } from './remove-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** The folder of earlier copies of `project.json` in a project. */
const folderName = 'backups';

/** Number of `recent` copies to keep. Other copies stay forever. */
const mostRecentCopies = 10;

/** Time between copies during changes, ms. */
const copyEveryMs = 3_600_000;

/** `project-20261129T215641123Z-recent.json`: the version until that time, in UTC. */
const namePattern =
  /^project-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-(recent|migrated|replaced)\.json$/;

interface CopyName {
  name: string;
  at: string;
  kind: ManifestCopyKind;
}

/**
 * Copies `project.json`, unless the newest copy is the same, and keeps the last ten copies. A failed copy is
 * ignored: the project itself is complete.
 */
export async function keepRecentCopy(root: string, now: Date = new Date()): Promise<void> {
  try {
    const bytes = await readBytes(join(root, manifestName));
    const recent = (await listNames(root)).filter(({ kind }) => kind === 'recent');
    const [newest] = recent;
    if (newest !== undefined) {
      const last = await readBytes(join(root, folderName, newest.name)).catch(() => null);
      if (last !== null && Buffer.from(last).equals(bytes)) return;
    }
    const kept = await keepCopy(root, bytes, 'recent', now);
    const others = recent.filter(({ name }) => name !== kept);
    for (const { name } of others.slice(mostRecentCopies - 1)) await removeFile(join(root, folderName, name));
  } catch (error) {
    if (!(error instanceof LacssError)) throw error;
  }
}

/**
 * Copies `project.json` if the newest copy is over an hour old, or in the future after a change of the clock.
 */
export async function keepHourlyCopy(root: string, now: Date = new Date()): Promise<void> {
  const newest = (await listNames(root).catch(() => [])).find(({ kind }) => kind === 'recent');
  const ageMs = newest === undefined ? Infinity : Math.abs(now.getTime() - Date.parse(newest.at));
  if (ageMs >= copyEveryMs) await keepRecentCopy(root, now);
}

/**
 * Copies the file of an earlier schema version, before its migration. This copy stays forever.
 * @throws LacssError `disk-full`, `file-unwritable`
 */
export async function keepMigratedCopy(root: string): Promise<void> {
  await keepCopy(root, await readBytes(join(root, manifestName)), 'migrated', new Date());
}

/**
 * The copies of `project.json`, newest first, with a summary of each.
 * @throws LacssError `file-unreadable`
 */
export async function listManifestCopies(folder: string): Promise<ManifestCopy[]> {
  const root = resolve(folder);
  const copies: ManifestCopy[] = [];
  for (const { name, at, kind } of await listNames(root)) {
    const manifest = await readCopy(root, name).catch((error: unknown) => {
      if (error instanceof LacssError) return null;
      throw error;
    });
    copies.push({
      id: name,
      at,
      kind,
      name: manifest?.name ?? null,
      images: manifest?.images.length ?? null,
    });
  }
  return copies;
}

/**
 * Replaces `project.json` by a copy and keeps the current file as a copy. Also works if `project.json` is
 * damaged or missing.
 * @param purpose shown to other programs that find the project in use
 * @param id of a copy, from {@link listManifestCopies}
 * @throws LacssError `project-in-use`, `file-not-found` with the existing copies, `project-damaged` if the
 * copy is damaged, `disk-full`, `file-unwritable`; then `project.json` is unchanged
 */
export async function restoreProject(folder: string, id: string, purpose: string): Promise<void> {
  const root = resolve(folder);
  const lock = await acquireLock(join(root, 'project.lock'), purpose);
  try {
    await restoreCopy(root, id);
  } finally {
    await lock.release();
  }
}

/** The same, for a caller that has the lock. */
export async function restoreCopy(root: string, id: string): Promise<void> {
  const manifest = await readCopy(root, id);
  const path = join(root, manifestName);
  const current = await readBytesOrNone(path);
  if (current !== null) await keepCopy(root, current, 'replaced', new Date());
  await writeFileAtomically(path, jsonText(manifest));
}

/** The readable manifests among the copies, newest first. */
export async function readManifestCopies(root: string): Promise<ReturnType<typeof migrateManifest>[]> {
  const manifests = [];
  for (const { name } of await listNames(root)) {
    const manifest = await readCopy(root, name).catch(() => null);
    if (manifest !== null) manifests.push(manifest);
  }
  return manifests;
}

async function keepCopy(root: string, bytes: Uint8Array, kind: ManifestCopyKind, now: Date): Promise<string> {
  // Two copies in one millisecond must not share a name.
  const taken = new Set((await listNames(root)).map(({ at }) => at));
  let at = now;
  while (taken.has(at.toISOString())) at = new Date(at.getTime() + 1);
  const name = `project-${at.toISOString().replace(/[-:.]/g, '')}-${kind}.json`;
  await writeFileAtomically(join(root, folderName, name), bytes);
  return name;
}

async function readCopy(root: string, id: string): Promise<ReturnType<typeof migrateManifest>> {
  if (!namePattern.test(id)) throw await noSuchCopy(root, id);
  const path = join(root, folderName, id);
  const value = await readJson(path, 'project-damaged').catch(async (error: unknown) => {
    if (error instanceof LacssError && error.code === 'file-not-found') throw await noSuchCopy(root, id);
    throw error;
  });
  return migrateManifest(value, path);
}

async function noSuchCopy(root: string, id: string): Promise<LacssError> {
  const names = (await listNames(root)).map(({ name }) => name);
  return new LacssError('file-not-found', `The project has no copy ${id} of its project.json.`, {
    subject: join(root, folderName),
    remedy: names.length > 0 ? `It has ${names.join(', ')}.` : 'It has no copies yet.',
  });
}

/** Newest first. */
async function listNames(root: string): Promise<CopyName[]> {
  const path = join(root, folderName);
  const names = await readdir(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw fileError(error, path, 'read');
  });
  return names
    .flatMap((name) => {
      const [, year, month, day, hour, minute, second, ms, kind] = namePattern.exec(name) ?? [];
      if (kind === undefined) return [];
      const at = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`;
      return [{ name, at, kind: kind as ManifestCopyKind }];
    })
    .sort((a, b) => b.at.localeCompare(a.at));
}
