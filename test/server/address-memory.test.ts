import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AddressMemory } from '../../src-main/server/address-memory.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const secret = 'a'.repeat(43);

/** The number of a process that has ended. */
function deadPid(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
}

async function leave(folder: string, name: string, content: object): Promise<void> {
  await mkdir(join(folder, 'served'), { recursive: true });
  await writeFile(join(folder, 'served', name), JSON.stringify(content), { mode: 0o600 });
}

test('the address of a host that died is taken over once', async () => {
  const folder = temporaryFolder();
  const address = { pid: deadPid(), startMark: '1', at: '2026-01-01T00:00:00.000Z', port: 4321, secret };
  await leave(folder, 'one.json', address);
  const memory = new AddressMemory(folder);
  expect(await memory.inherit()).toMatchObject({ port: 4321, secret });
  expect(await memory.inherit()).toBeNull();
});

test('the one that died last comes first, and one of another port than asked for does not count', async () => {
  const folder = temporaryFolder();
  const pid = deadPid();
  const early = { pid, startMark: '1', at: '2026-01-01T00:00:00.000Z', port: 4321, secret };
  const late = { ...early, at: '2026-02-01T00:00:00.000Z', port: 4322 };
  await leave(folder, 'early.json', early);
  await leave(folder, 'late.json', late);
  expect(await new AddressMemory(folder).inherit()).toMatchObject({ port: 4322 });
  await leave(folder, 'early.json', early);
  expect(await new AddressMemory(folder).inherit(4322)).toBeNull();
});

test('a host that runs keeps its address; what is damaged is nobody’s', async () => {
  const folder = temporaryFolder();
  await leave(folder, 'running.json', {
    pid: process.ppid,
    startMark: 'of another process',
    at: '2026-01-01T00:00:00.000Z',
    port: 4321,
    secret,
  });
  await leave(folder, 'damaged.json', { port: 'none' });
  expect(await new AddressMemory(folder).inherit()).toMatchObject({ port: 4321 });
  expect(await readdir(join(folder, 'served'))).toEqual([]);
});

test('what is kept is the account’s alone, and an ordinary end forgets it', async () => {
  const folder = temporaryFolder();
  const memory = new AddressMemory(folder);
  await memory.keep({ port: 4321, secret });
  expect(await readdir(join(folder, 'served'))).toHaveLength(1);
  if (process.platform !== 'win32') {
    for (const path of ['served', join('served', `${process.pid}.json`)]) {
      expect((await stat(join(folder, path))).mode & 0o077).toBe(0);
    }
  }
  await memory.forget();
  expect(await readdir(join(folder, 'served'))).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a secret that others could read is not used', async () => {
  const folder = temporaryFolder();
  const address = { pid: deadPid(), startMark: '1', at: '2026-01-01T00:00:00.000Z', port: 4321, secret };
  await leave(folder, 'one.json', address);
  await chmod(join(folder, 'served', 'one.json'), 0o644);
  expect(await new AddressMemory(folder).inherit()).toBeNull();
});
