import { link, lstat, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import { fileError, systemCode } from '../contract/file-error.ts';
import { isProcessAlive, processStartMark } from './process-identity.ts';
import { readBytes } from './read-bytes.ts';
import { temporaryPath } from './temporary-path.ts';

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  startMark: z.string().nullable(),
  since: z.string(),
  purpose: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

/** A held lock. Release it once. */
export interface Lock {
  release: () => Promise<void>;
}

/**
 * Takes a lock file for this process, so that two programs never change the same project. Takes over the lock
 * of a dead process, but not of another computer, whose processes are invisible here.
 * @param purpose shown to other programs that want the lock: `lacss train`
 * @param waitMs how long to wait for a live holder. @default 0
 * @throws LacssError `project-in-use`, `file-unwritable`, `disk-full`
 */
export async function acquireLock(path: string, purpose: string, waitMs = 0): Promise<Lock> {
  const own = describeThisProcess(purpose);
  const text = JSON.stringify(own, null, 2) + '\n';
  // A clock that a person sets back must not make the wait longer.
  const deadline = performance.now() + waitMs;
  for (;;) {
    if (await createWhole(path, text)) return { release: () => release(path, text) };
    const found = await readLock(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && isHeld(holder)) {
      if (performance.now() >= deadline) throw inUse(path, holder);
      await delay(20);
      continue;
    }
    await removeStale(path, found);
  }
}

function describeThisProcess(purpose: string): Holder {
  const { pid } = process;
  return {
    pid,
    host: hostname(),
    startMark: processStartMark(pid),
    since: new Date().toISOString(),
    purpose,
  };
}

/** Creates the lock as a link to a finished file, so that it appears complete or not at all. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = temporaryPath(path);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    try {
      await link(draft, path);
    } catch (error) {
      if (!hasNoHardLinks(error)) throw error;
      await writeFile(path, text, { flag: 'wx' });
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // The message names the folder, because people do not know the lock file.
    throw fileError(error, dirname(path), 'write');
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** FAT and some network drives have no hard links. There the file is created directly. */
function hasNoHardLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '');
}

/** The largest lock file, in bytes. */
const longestLock = 65_536;

/**
 * The text of a lock; `null` if there is none. A link, a pipe, a device or a too long file counts as empty
 * and is moved away like the lock of a dead process.
 */
async function readLock(path: string): Promise<string | null> {
  try {
    const entry = await lstat(path);
    if (entry.isDirectory()) throw isFolder(path);
    if (!entry.isFile() || entry.size > longestLock) return '';
    return new TextDecoder().decode(await readBytes(path, longestLock));
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || isNotFound(error)) return null;
    throw fileError(error, path, 'read');
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof LacssError && error.code === 'file-not-found';
}

function isFolder(path: string): LacssError {
  return new LacssError('file-unreadable', `${path} is a folder; the program needs this name for its lock.`, {
    subject: path,
    remedy: 'Rename or delete that folder.',
  });
}

function parseHolder(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isHeld(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (!isProcessAlive(holder.pid)) return false;
  return holder.startMark === processStartMark(holder.pid);
}

/** Moves the lock of a dead process away. Restores a lock that another process took in between. */
async function removeStale(path: string, staleText: string): Promise<void> {
  const aside = temporaryPath(path);
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw fileError(error, path, 'write');
  }
  if ((await readLock(aside)) !== staleText) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

/** How often a lock in a missing folder is looked for. */
const lookAgainMs = 250;

async function release(path: string, ownText: string): Promise<void> {
  if ((await readLock(path)) === ownText) {
    const isGone = await unlink(path).then(
      () => true,
      () => false,
    );
    if (isGone) return;
  }
  if (await isMissing(dirname(path))) releaseLater(path, ownText);
}

/** If the folder is away now, its lock is still in it and would name this process once it is back. */
function releaseLater(path: string, ownText: string): void {
  const timer = setTimeout(() => {
    release(path, ownText).catch(() => releaseLater(path, ownText));
  }, lookAgainMs);
  // A process that ends needs no release: the lock of a dead process is taken over.
  timer.unref();
}

async function isMissing(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => false,
    (error: unknown) => systemCode(error) === 'ENOENT',
  );
}

function inUse(path: string, holder: Holder): LacssError {
  const elsewhere = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new LacssError(
    'project-in-use',
    `The project is open in another program: ${holder.purpose}, process ${holder.pid}${elsewhere}.`,
    {
      subject: path,
      remedy:
        elsewhere === ''
          ? 'Close it there, or wait until it has finished.'
          : `Close it there. If that computer no longer exists, delete ${path}.`,
    },
  );
}
