import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { ProjectManifest } from '../contract/project-files.ts';
import { acquireLock } from './acquire-lock.ts';
import { systemCode } from '../contract/file-error.ts';
import { migrateManifest } from './migrate-manifest.ts';
import { holdProject } from './hold-project.ts';
import { keepMigratedCopy, keepRecentCopy } from './manifest-copies.ts';
import { manifestName } from './manifest-name.ts';
import { Project } from './project.ts';
import { jsonText, readJson } from './read-json.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

export interface OpenOptions {
  /** Shown to other programs that find it in use: `lacss train`. */
  purpose: string;
  /**
   * `write` locks the project; `shared` is for a worker process of the program with the lock; `read` changes
   * nothing.
   * @default 'write'
   */
  access?: 'write' | 'shared' | 'read';
}

/**
 * Opens a project folder: checks its manifest, migrates an older one, removes leftovers of a crash.
 * @throws LacssError `project-missing`, `project-newer`, `project-damaged`, `project-in-use`,
 * `file-unwritable`; `project-unreachable` if another project is in place of an open one
 */
export async function openProject(
  folder: string,
  { purpose, access = 'write' }: OpenOptions,
): Promise<Project> {
  const root = resolve(folder);
  const path = join(root, manifestName);
  await refuseWhenMissing(root, path);
  const manifest = await readManifest(path).catch((error: unknown) => {
    throw withWayOut(error, root);
  });
  const letGo = await holdProject(root, manifest);
  try {
    if (access !== 'write') return new Project(root, manifest, { lock: null, letGo }, access === 'read');
    return await openForWriting(root, purpose, letGo);
  } catch (error) {
    letGo();
    throw error;
  }
}

async function openForWriting(root: string, purpose: string, letGo: () => void): Promise<Project> {
  const path = join(root, manifestName);
  const lock = await acquireLock(join(root, 'project.lock'), purpose);
  try {
    await sweepLeftovers(root);
    // Read again under the lock, because another program may have written before.
    const found = await readJson(path, 'project-damaged');
    const notices: string[] = [];
    const current = migrateManifest(found, path, (notice) => notices.push(notice));
    if (versionOf(found) !== current.schemaVersion || notices.length > 0) {
      await keepMigratedCopy(root);
      await writeFileAtomically(path, jsonText(current));
    }
    await keepRecentCopy(root);
    const project = new Project(root, current, { lock, letGo }, false);
    for (const notice of notices) project.tell(notice);
    return project;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function readManifest(path: string): Promise<ProjectManifest> {
  return migrateManifest(await readJson(path, 'project-damaged'), path);
}

/** The error for a damaged manifest, with the copies to restore, if there are any. */
function withWayOut(error: unknown, root: string): unknown {
  if (!(error instanceof LacssError) || error.code !== 'project-damaged') return error;
  return new LacssError(error.code, error.message, {
    subject: error.subject ?? root,
    remedy: 'Restore an earlier copy.',
    command: `lacss restore -p ${root}`,
    cause: error,
  });
}

function versionOf(manifest: unknown): unknown {
  return typeof manifest === 'object' && manifest !== null && 'schemaVersion' in manifest
    ? manifest.schemaVersion
    : undefined;
}

async function refuseWhenMissing(root: string, path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') return;
    throw new LacssError('project-missing', `There is no project in ${root}.`, {
      subject: path,
      remedy: 'Create one.',
      command: `lacss new ${root}`,
    });
  }
}
