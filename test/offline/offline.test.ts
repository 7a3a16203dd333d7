import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../src-main/server/ensure-built.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const guard = fileURLToPath(new URL('./refuse-network.js', import.meta.url));
const workflow = fileURLToPath(new URL('./run-workflow.ts', import.meta.url));
const attempts = fileURLToPath(new URL('./try-network.js', import.meta.url));

/** A guard against a hang: the workflow starts the program twenty times. */
const longestMs = 900_000;

/**
 * Runs a command in a separate network that has only loopback. The guard still sees what it tries. Where such
 * a network cannot be made, the guard alone decides.
 */
const alone = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
const canBeAlone = spawnSync(alone[0]!, [...alone.slice(1), 'true']).status === 0;

/**
 * Runs a command with the guard in each of its processes. Answers the connections it tried, and how it ended.
 */
async function runGuarded(
  command: string[],
): Promise<{ tried: string[]; code: number | null; said: string }> {
  const log = join(temporaryFolder(), 'network.log');
  const [first, ...rest] = command;
  const child = spawn(first!, rest, {
    env: { ...process.env, NODE_OPTIONS: `--require=${guard}`, LACSS_TEST_NETWORK_LOG: log },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const tried = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { tried, code, said };
}

describe('no outgoing connection', () => {
  beforeAll(() => ensureBuilt('page', () => undefined));

  test('the guard sees every way out of a process', async () => {
    const { tried } = await runGuarded([process.execPath, attempts]);
    const ways = ['192.0.2.1', '192.0.2.2', '192.0.2.3', 'dns.lookup name.invalid', '192.0.2.4', '192.0.2.5'];
    for (const way of ways) expect(tried.join('\n')).toContain(way);
  });

  test(
    'the whole workflow tries none, and needs none where there is only loopback',
    async () => {
      const before = canBeAlone ? alone : [];
      const { tried, code, said } = await runGuarded([
        ...before,
        process.execPath,
        '--import',
        import.meta.resolve('tsx'),
        workflow,
        temporaryFolder(),
      ]);
      expect(tried).toEqual([]);
      expect(code, said).toBe(0);
      expect(said).toMatch(/page: [2-9] files; project: 2 images/);
      for (const verb of ['review', 'teach', 'merge', 'export-model']) expect(said).toContain(`${verb}: 0`);
      expect(said).toMatch(/review: [1-9]\d* cells/);
    },
    longestMs,
  );
});
