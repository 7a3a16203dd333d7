import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** A process that has ended counts as ended, even if nobody has waited for it. */
async function runs(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/\) [ZX] /.test(status);
}

test(
  'a killed host takes along every process that computes in native code',
  { timeout: 120_000 },
  async () => {
    const family = await mkdtemp(join(tmpdir(), 'lacss-family-'));
    const tsx = import.meta.resolve('tsx');
    const busy = new URL('fixtures/busy-child.ts', import.meta.url).href;
    const host = spawn(process.execPath, ['--import', tsx, fixture('busy-host.ts')], {
      env: {
        ...process.env,
        LACSS_TEST_FAMILY: family,
        NODE_OPTIONS: `--import=${tsx} --import=${busy}`,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let pids: number[] = [];
    try {
      // Six children and the child of one of them.
      await expect
        .poll(
          async () => {
            pids = (await readdir(family)).map(Number);
            return pids.length;
          },
          { timeout: 90_000, interval: 100 },
        )
        .toBe(7);
      expect(await Promise.all(pids.map(runs))).toEqual(pids.map(() => true));
      const from = performance.now();
      host.kill('SIGKILL');
      await expect
        .poll(async () => (await Promise.all(pids.map(runs))).filter(Boolean).length, {
          timeout: 10_000,
          interval: 20,
        })
        .toBe(0);
      const elapsedMs = Math.round(performance.now() - from);
      process.stdout.write(`All processes had ended ${elapsedMs} ms after their host.\n`);
    } finally {
      host.kill('SIGKILL');
      for (const pid of pids) if (await runs(pid)) process.kill(pid, 'SIGKILL');
      await rm(family, { recursive: true, force: true });
    }
  },
);
