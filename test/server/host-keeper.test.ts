import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { HostKeeper } from '../../src-main/server/host-keeper.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A small simulated host. It gives its number as its address, ends on request, and dies as its port says. */
const source = `
import { appendFileSync } from 'node:fs';
process.on('message', ({ type, options }) => {
  if (type === 'start') {
    appendFileSync(options.version, process.pid + '\\n');
    if (options.port === 1) return process.send({ type: 'failed', failure: { code: 'setting-invalid', message: 'Port 1 is in use.' } }, () => process.exit(1));
    process.send({ type: 'serving', address: String(process.pid) });
    if (options.port === 2) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 5);
  }
  if (type === 'address') process.send({ type: 'address', address: 'next' });
  if (type === 'stop') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
`;

const keepers: HostKeeper[] = [];
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
});

function keep(port = 0): { keeper: HostKeeper; said: string[] } {
  const folder = temporaryFolder();
  const entry = join(folder, 'host.mjs');
  writeFileSync(entry, source);
  const said: string[] = [];
  const keeper = new HostKeeper({
    version: join(folder, 'started'),
    port,
    log: (line) => said.push(line),
    entry: pathToFileURL(entry),
  });
  keepers.push(keeper);
  return { keeper, said };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a host that is killed is started again, and says so', async () => {
  const { keeper, said } = keep();
  const first = Number(await keeper.start());
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(said).toHaveLength(2), { timeout: 60_000 });
  expect(said[0]).toContain('ended unexpectedly (signal SIGKILL) and is started again');
  const second = Number(said[1]!.split(' ').at(-1));
  expect(isAlive(first)).toBe(false);
  expect(isAlive(second)).toBe(true);
  await keeper.close();
  expect(isAlive(second)).toBe(false);
  expect(said).toHaveLength(2);
});

test('one that crashes again and again is given up', async () => {
  const { keeper, said } = keep(2);
  await keeper.start();
  await expect(keeper.ended).rejects.toMatchObject({
    code: 'process-crashed',
    remedy: 'It ended 6 times in ten minutes, so it is not started again. All saved work is safe.',
  });
  expect(said.filter((line) => line.includes('is started again'))).toHaveLength(5);
});

test('one that cannot start is not tried again', async () => {
  const { keeper, said } = keep(1);
  await expect(keeper.start()).rejects.toMatchObject({
    code: 'setting-invalid',
    message: 'Port 1 is in use.',
  });
  expect(said).toEqual([]);
});

test('a new address comes on request', async () => {
  const { keeper } = keep();
  await keeper.start();
  expect(await new Promise((resolve) => keeper.askForAddress(resolve))).toBe('next');
});
