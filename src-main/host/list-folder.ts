import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderListing, ListedEntry } from '../contract/requests/host-requests.ts';
import { isImportable } from '../contract/cell-files.ts';
import { fileError } from '../contract/file-error.ts';
import { manifestName } from '../project/manifest-name.ts';

const kinds: readonly ListedEntry['kind'][] = ['project', 'folder', 'file'];
const byName = new Intl.Collator('en', { numeric: true });

/**
 * Lists a folder: projects, folders, then files the program can use. Leaves out hidden entries.
 * @param isRoot whether the parent folder is out of reach
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function listFolder(path: string, isRoot: boolean): Promise<FolderListing> {
  const names = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, path, 'read');
  });
  const entries = await Promise.all(
    names.filter(({ name }) => !name.startsWith('.')).map(({ name }) => describe(join(path, name), name)),
  );
  return {
    path,
    parent: isRoot ? null : dirname(path),
    entries: entries
      .filter((entry) => entry !== null)
      .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || byName.compare(a.name, b.name)),
  };
}

async function describe(path: string, name: string): Promise<ListedEntry | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  if (found.isDirectory()) {
    const isProject = await stat(join(path, manifestName)).then(
      () => true,
      () => false,
    );
    return { name, path, kind: isProject ? 'project' : 'folder', bytes: 0 };
  }
  return found.isFile() && (isImportable(name) || /\.lacss$/i.test(name))
    ? { name, path, kind: 'file', bytes: found.size }
    : null;
}
