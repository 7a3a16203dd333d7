import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../src-main/project/acquire-lock.ts';
import { isProcessAlive, processStartMark } from '../../src-main/project/process-identity.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('this process runs, one that has ended does not', () => {
  expect(isProcessAlive(process.pid)).toBe(true);
  expect(isProcessAlive(spawnSync(process.execPath, ['--version']).pid)).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'a process that has ended and that nobody collects holds nothing',
  async () => {
    // The shell starts a process, and then becomes a program that never waits for it. Only then the process
    // ends, because a shell could still wait.
    const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = Number(await new Promise((resolve) => parent.stdout!.once('data', resolve)));
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
    parent.stdio[3]!.destroy();
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
    expect(isProcessAlive(pid)).toBe(false);

    const path = join(temporaryFolder(), 'project.lock');
    const holder = { pid, host: hostname(), startMark: processStartMark(pid), since: '', purpose: 'lacss' };
    writeFileSync(path, JSON.stringify(holder));
    await (await acquireLock(path, 'lacss train')).release();
  },
);
