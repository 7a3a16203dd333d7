import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StartFiles } from '../../src-main/server/start-file.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const address = 'http://127.0.0.1:4321/#a-code';

test('a start file leads to the address, and only this account can read it', async () => {
  const files = new StartFiles(temporaryFolder());
  const path = await files.write(address);
  expect(await readFile(path, 'utf8')).toContain(`<meta http-equiv="refresh" content="0; url=${address}" />`);
  expect(path).not.toContain('a-code');
  if (process.platform !== 'win32') {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
  }
  files.close();
});

test('it is gone when it was used, and at the end', async () => {
  const folder = temporaryFolder();
  const files = new StartFiles(folder);
  const [used] = [await files.write(address), await files.write(address)];
  await files.remove(used);
  expect(await readdir(join(folder, 'start'))).toHaveLength(1);
  files.close();
  expect(await readdir(join(folder, 'start'))).toEqual([]);
});

test('what a host that died has left is swept; a file of a host that runs stays', async () => {
  const folder = temporaryFolder();
  const running = new StartFiles(folder);
  const path = await running.write(address);
  const stale = join(folder, 'start', 'stale.html');
  await writeFile(stale, '');
  const longAgo = new Date(Date.now() - 61_000);
  await utimes(stale, longAgo, longAgo);
  const next = new StartFiles(folder);
  await next.sweep();
  expect(await readdir(join(folder, 'start'))).toEqual([path.slice(join(folder, 'start').length + 1)]);
  running.close();
  next.close();
});

test('a sweep where there is nothing is no fault', async () => {
  const files = new StartFiles(join(temporaryFolder(), 'none'));
  await expect(files.sweep()).resolves.toBeUndefined();
  files.close();
});
