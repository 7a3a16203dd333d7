import { randomUUID } from 'node:crypto';
import { link, lstat, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { z } from 'zod';
import { countSchema, positiveCountSchema } from '../contract/numbers.ts';
import { LacssError } from '../contract/errors.ts';
import { fileError, systemCode } from '../contract/file-error.ts';
import { isProcessAlive, processStartMark } from './process-identity.ts';
import { readBytes } from './read-bytes.ts';
import { temporaryPath } from './temporary-path.ts';

const holderSchema = z.object({
  pid: positiveCountSchema,
  host: z.string(),
  startMark: z.string().nullable(),
  since: z.string(),
  purpose: z.string(),
  /** Names this lock among those of its process; absent in locks of older versions. */
  id: z.string().optional(),
  thread: countSchema.optional(),
});
type Holder = z.infer<typeof holderSchema>;

/** The locks of this thread, by their ids. */
const own = new Set<string>();

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
  const holder = describeThisProcess(purpose);
  const text = JSON.stringify(holder, null, 2) + '\n';
  // A clock that a person sets back must not make the wait longer.
  const deadline = performance.now() + waitMs;
  for (;;) {
    // Noted before the file exists, so that no other call takes it over.
    own.add(holder.id);
    if (await createWhole(path, text)) {
      const folder = await markOf(dirname(path));
      return {
        release: async () => {
          await release({ path, text, folder });
          own.delete(holder.id);
        },
      };
    }
    own.delete(holder.id);
    const found = await readLock(path);
    if (found === null) continue;
    const other = parseHolder(found);
    if (other !== null && isHeld(other)) {
      if (performance.now() >= deadline) throw inUse(path, other);
      await delay(20);
      continue;
    }
    await removeStale(path, found);
  }
}

function describeThisProcess(purpose: string): Holder & { id: string } {
  const { pid } = process;
  return {
    pid,
    host: hostname(),
    startMark: processStartMark(pid),
    since: new Date().toISOString(),
    purpose,
    id: randomUUID(),
    thread: threadId,
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
 * The text of a lock; `null` if there is none. A link, a pipe, a device or a file that is too long counts as
 * empty. It is moved away like the lock of a dead process.
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
  if (holder.startMark !== processStartMark(holder.pid)) return false;
  // A lock that this thread released while its folder was elsewhere.
  const isOurs = holder.pid === process.pid && holder.thread === threadId && holder.id !== undefined;
  return !isOurs || own.has(holder.id!);
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

/** First and longest interval for looking for a lock in a moved folder, ms. */
const [lookFirstMs, lookLastMs] = [250, 4000];

/** A lock as it was taken; `folder` identifies its folder. */
interface HeldLock {
  path: string;
  text: string;
  folder: string | null;
}

async function release(lock: HeldLock, waitMs = lookFirstMs): Promise<void> {
  if ((await readLock(lock.path)) === lock.text) {
    const isGone = await unlink(lock.path).then(
      () => true,
      () => false,
    );
    if (isGone) return;
  }
  if ((await markOf(dirname(lock.path))) !== lock.folder) releaseLater(lock, waitMs);
}

/**
 * If the folder was moved, its lock is still in it. When the folder is back, the lock would name this
 * process.
 */
function releaseLater(lock: HeldLock, waitMs: number): void {
  const nextMs = Math.min(2 * waitMs, lookLastMs);
  const timer = setTimeout(() => {
    release(lock, nextMs).catch(() => releaseLater(lock, nextMs));
  }, waitMs);
  // A process that ends needs no release: the lock of a dead process is taken over.
  timer.unref();
}

/** Device and inode of a folder; null if it is missing. */
async function markOf(folder: string): Promise<string | null> {
  return lstat(folder, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
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
