import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { acquireLock } from '../../src-main/project/acquire-lock.ts';
import { processStartMark } from '../../src-main/project/process-identity.ts';
import { hasPipes, makePipe } from '../fixtures/make-pipe.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function lockOf(holder: { pid: number; host?: string; startMark?: string | null }): string {
  const { pid, host = hostname(), startMark = processStartMark(pid) } = holder;
  return JSON.stringify({ pid, host, startMark, since: new Date(0).toISOString(), purpose: 'lacss train' });
}

function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

test('keeps others out until it is released, and leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'project.lock');
  const lock = await acquireLock(path, 'the window');
  await expect(acquireLock(path, 'lacss train')).rejects.toMatchObject({
    code: 'project-in-use',
    message: `The project is open in another program: the window, process ${process.pid}.`,
  });
  await lock.release();
  expect(readdirSync(folder)).toEqual([]);
  await (await acquireLock(path, 'lacss train')).release();
});

test('takes over the lock of a process that has died', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  writeFileSync(path, lockOf({ pid: deadProcess(), startMark: '1' }));
  const lock = await acquireLock(path, 'lacss train');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
  expect(existsSync(path)).toBe(false);
});

test('takes over a lock that is torn', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  writeFileSync(path, '{"pid": 12');
  await (await acquireLock(path, 'lacss train')).release();
  expect(existsSync(path)).toBe(false);
});

test('takes over a link that leads nowhere, to a device, or to another file, which stays', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'project.lock');
  writeFileSync(join(folder, 'notes'), 'mine');
  for (const target of ['nowhere', 'notes', '/dev/zero', 'project.lock']) {
    symlinkSync(target, path);
    await (await acquireLock(path, 'lacss train')).release();
    expect(readdirSync(folder)).toEqual(['notes']);
  }
  expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('mine');
});

test.skipIf(!hasPipes)('takes over a pipe', async () => {
  const folder = temporaryFolder();
  makePipe(join(folder, 'project.lock'));
  await (await acquireLock(join(folder, 'project.lock'), 'lacss train')).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder in place of the lock is named, and stays', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  mkdirSync(path);
  await expect(acquireLock(path, 'lacss train')).rejects.toMatchObject({
    code: 'file-unreadable',
    subject: path,
  });
  expect(existsSync(path)).toBe(true);
});

test.skipIf(processStartMark(process.pid) === null)(
  'takes over the lock of a process whose number another one has got since',
  async () => {
    const path = join(temporaryFolder(), 'project.lock');
    writeFileSync(path, lockOf({ pid: process.ppid, startMark: 'another start' }));
    await (await acquireLock(path, 'lacss train')).release();
    expect(existsSync(path)).toBe(false);
  },
);

test('never takes over a lock held on another machine, and says what to do', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  writeFileSync(path, lockOf({ pid: deadProcess(), host: 'another-machine' }));
  await expect(acquireLock(path, 'lacss train')).rejects.toMatchObject({
    code: 'project-in-use',
    remedy: `Close it there. If that computer no longer exists, delete ${path}.`,
  });
});

test('waits for its turn when told to', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  const first = await acquireLock(path, 'first');
  const second = acquireLock(path, 'second', 10_000);
  await first.release();
  await (await second).release();
  expect(existsSync(path)).toBe(false);
});

test('waits no longer when the clock is set back meanwhile', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  const lock = await acquireLock(path, 'the window');
  const start = Date.now();
  // Every read of the clock gives an hour earlier.
  let looks = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => start - 3_600_000 * looks++);
  onTestFinished(() => clock.mockRestore());
  await expect(acquireLock(path, 'lacss train', 50)).rejects.toMatchObject({ code: 'project-in-use' });
  await lock.release();
});

test('of many that come at once for a dead lock, one at a time has it', async () => {
  const path = join(temporaryFolder(), 'project.lock');
  writeFileSync(path, lockOf({ pid: deadProcess(), startMark: '1' }));
  let inside = 0;
  const visit = async (): Promise<void> => {
    const lock = await acquireLock(path, 'visit', 60_000);
    inside += 1;
    expect(inside).toBe(1);
    await Promise.resolve();
    inside -= 1;
    await lock.release();
  };
  await Promise.all(Array.from({ length: 12 }, visit));
  expect(existsSync(path)).toBe(false);
});

test('a lock that is released while its folder is away is gone once the folder is back', async () => {
  const folder = join(temporaryFolder(), 'project');
  mkdirSync(folder);
  const path = join(folder, '.manifest.lock');
  const lock = await acquireLock(path, 'writing project.json');
  renameSync(folder, `${folder}-away`);
  await lock.release();
  renameSync(`${folder}-away`, folder);
  expect(existsSync(path)).toBe(true);
  const next = await acquireLock(path, 'writing project.json', 60_000);
  await next.release();
  expect(readdirSync(folder)).toEqual([]);
});
