import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { systemCode } from '../contract/file-error.ts';
import { isWithin } from './resolve-inside.ts';

/** How to recognise a held folder, and the error if it is missing. */
export interface HoldOptions {
  /**
   * Whether the folder at the path is the held one.
   * @param isUnmoved whether device and inode are unchanged
   * @default isUnmoved
   */
  isSame?: (isUnmoved: boolean) => Promise<boolean>;
  /** The error for a missing or replaced folder. */
  gone: (cause: unknown) => LacssError;
}

interface HeldFolder extends HoldOptions {
  root: string;
  /** The path without links, as last seen. */
  realRoot: string;
  /** Device and inode of the right folder, as last seen. */
  mark: string;
  holders: number;
  /** The check that runs at the moment. Writes at the same time share it. */
  check?: Promise<void> | undefined;
}

/** The folders that this process (or thread) writes to: open projects, and the outputs of a job. */
const held = new Map<string, HeldFolder>();

/**
 * Holds a folder: every write below it first checks that the folder still exists and that no link leads out
 * of it. No write creates the folder again, or any above it.
 * @returns a function that ends this
 * @throws LacssError as `gone`, if another folder is held at this path
 */
export async function holdFolder(root: string, options: HoldOptions): Promise<() => void> {
  const path = resolve(root);
  const known = held.get(path);
  if (known === undefined) {
    const [mark, realRoot] = await Promise.all([markOf(path), realpath(path)]);
    held.set(path, { ...options, root: path, realRoot, mark, holders: 1 });
  } else {
    await requireSame(known);
    known.holders += 1;
  }
  let isHeld = true;
  return () => {
    const folder = held.get(path);
    if (!isHeld || folder === undefined) return;
    isHeld = false;
    folder.holders -= 1;
    if (folder.holders === 0) held.delete(path);
  };
}

/**
 * Checks that the held folder of a path exists. Does nothing for other paths.
 * @throws LacssError as its `gone`
 */
export async function requireHeld(path: string): Promise<void> {
  const folder = holderOf(path);
  if (folder !== undefined) await requireSame(folder);
}

/**
 * Checks a path below a held folder before its file is changed or removed. The folder must exist, and no
 * symbolic link may lead out of it. Does nothing for other paths.
 * @throws LacssError as the held folder's `gone`; `path-not-granted` for a link that leads out
 */
export async function provePath(path: string): Promise<void> {
  const folder = holderOf(path);
  if (folder !== undefined) await proveHeldPath(folder, path);
}

/** @returns the existing part of the path */
async function proveHeldPath(folder: HeldFolder, path: string): Promise<string> {
  await requireSame(folder);
  return refuseLinksOut(folder, path);
}

/** Folders of a project that hold only files of the program, and no images. */
const ownFolders = ['annotations', 'predictions', 'models', 'backups'];

/**
 * Checks a path before it is read, if only the program writes to its folder. No symbolic link may lead out,
 * because a project from a stranger must not show files from elsewhere. Images may be links.
 * @throws LacssError `path-not-granted`
 */
export async function proveRead(path: string): Promise<void> {
  const folder = holderOf(path);
  if (folder === undefined) return;
  const [first = ''] = relative(folder.root, resolve(path)).split(sep);
  if (ownFolders.includes(first)) await refuseLinksOut(folder, path, 'read from');
}

/**
 * Creates the folders of a file to write, after the check of {@link provePath}. Never creates a held folder
 * or those above it.
 * @throws LacssError as provePath
 */
export async function prepareWrite(path: string): Promise<void> {
  const whole = resolve(path);
  const parent = dirname(whole);
  const folder = holderOf(whole);
  if (folder === undefined) {
    await mkdir(parent, { recursive: true });
    return;
  }
  const existing = await proveHeldPath(folder, whole);
  if (existing !== whole && existing !== parent) await makeFoldersBelow(folder.root, parent);
}

/** The innermost held folder of a path. */
function holderOf(path: string): HeldFolder | undefined {
  const wanted = resolve(path);
  let found: HeldFolder | undefined;
  for (const folder of held.values()) {
    if (isWithin(wanted, folder.root) && folder.root.length > (found?.root.length ?? -1)) found = folder;
  }
  return found;
}

function requireSame(folder: HeldFolder): Promise<void> {
  folder.check ??= checkSame(folder).finally(() => (folder.check = undefined));
  return folder.check;
}

async function checkSame(folder: HeldFolder): Promise<void> {
  let mark: string;
  let isSame: boolean;
  try {
    mark = await markOf(folder.root);
    const isUnmoved = mark === folder.mark;
    isSame = (await folder.isSame?.(isUnmoved)) ?? isUnmoved;
  } catch (cause) {
    throw folder.gone(cause);
  }
  if (!isSame) throw folder.gone(new Error('Another folder is at this path'));
  // A reconnected drive may have another device number.
  folder.mark = mark;
}

async function markOf(path: string): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** Created one by one, so that a folder that disappears in between is not created again. */
async function makeFoldersBelow(root: string, folder: string): Promise<void> {
  let path = root;
  for (const name of relative(root, folder).split(sep)) {
    if (name === '') continue;
    path = resolve(path, name);
    await mkdir(path).catch((error: unknown) => {
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  }
}

/** @returns the existing part of the path */
async function refuseLinksOut(
  folder: HeldFolder,
  path: string,
  what: 'read from' | 'written to' = 'written to',
): Promise<string> {
  const { beginning, real } = await realBeginning(resolve(path));
  if (isWithin(real, folder.realRoot)) return beginning;
  // The folder itself may be behind a link that has changed.
  folder.realRoot = await realpath(folder.root);
  if (isWithin(real, folder.realRoot)) return beginning;
  throw new LacssError('path-not-granted', `${path} leads out of its folder by a symbolic link.`, {
    subject: path,
    remedy: `Replace the link by a folder. Nothing was ${what} ${real}.`,
  });
}

/** The existing part of a path, as given and without links. */
async function realBeginning(path: string): Promise<{ beginning: string; real: string }> {
  for (let beginning = path; ; beginning = dirname(beginning)) {
    try {
      return { beginning, real: await realpath(beginning) };
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || dirname(beginning) === beginning) throw error;
    }
  }
}
