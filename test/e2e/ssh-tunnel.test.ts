import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { SshServer, ended, freePort, hasSshServer } from './ssh-tunnel.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';
import { walkSample } from './walk-sample.ts';

/** `lacss serve` on a workstation, and a browser that reaches it through `ssh -L` at another port. */
describe.skipIf(chromiumPath === undefined || !hasSshServer)('the window through an ssh tunnel', () => {
  const folder = temporaryFolder();
  let keys: string;
  let host: RunningHost;
  let port: number;
  let browser: Browser;
  let ssh: SshServer;
  let tunnel: ChildProcess;

  beforeAll(async () => {
    // ssh refuses a key that others can read. Only this account can read a new folder below the system's own.
    keys = await mkdtemp(join(tmpdir(), 'lacss-ssh-'));
    ssh = await SshServer.start(keys);
    // As the guide starts it: the tunnel is typed once, so the port must stay.
    port = await freePort();
    host = await startHost(folder, { port });
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    if (tunnel) await ended(tunnel);
    await ssh?.stop();
    if (keys) await rm(keys, { recursive: true, force: true });
  });

  test('the sample is annotated, trained on and exported; a tunnel that breaks is taken up again', async () => {
    const address = new URL(await host.address());
    expect(address.port).toBe(String(port));
    const here = await freePort();
    tunnel = await ssh.tunnel(here, port);
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    const studio = new StudioPage(page, folder);
    await page.goto(`http://127.0.0.1:${here}/${address.hash}`);
    const exports = await walkSample(studio);
    expect((await readdir(exports)).some((name) => name.endsWith('_labels.tif'))).toBe(true);

    await ended(tunnel);
    const offline = page.getByText(/^LACSS Studio does not answer/);
    await offline.waitFor();
    tunnel = await ssh.tunnel(here, port);
    await offline.waitFor({ state: 'detached' });
    await studio.stage('Review').click();
    await page.getByRole('list', { name: 'Cells, worst first' }).waitFor();
    expect(studio.complaints).toEqual([]);
  }, 1_800_000);
});
