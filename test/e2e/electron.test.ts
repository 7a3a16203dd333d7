import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import { expect, test } from 'vitest';
import { findElectron } from '../../src-main/server/find-electron.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const electron = await findElectron();

/**
 * The real window. It needs Electron's runtime and a screen, and is skipped by name without them. Playwright
 * starts Electron with `--no-sandbox`, so this does not test the sandbox of the system. The stand-in tests
 * that the window asks for it.
 */
test.skipIf(electron.path === null)(
  'Electron opens the page in a window without Node and answers it',
  async () => {
    const account = await mkdtemp(join(tmpdir(), 'lacss-electron-'));
    const builder = dirname(createRequire(import.meta.url).resolve('electron-vite/package.json'));
    execFileSync(process.execPath, [join(builder, 'bin/electron-vite.js'), 'build'], {
      cwd: checkout,
      stdio: 'ignore',
    });
    const application = await _electron.launch({
      executablePath: electron.path!,
      args: ['.', `--user-data-dir=${account}`],
      cwd: checkout,
    });
    try {
      const page = await application.firstWindow();
      expect(page.url()).toBe('app://studio/');
      await page.waitForSelector('#app :visible');
      expect(await page.evaluate(() => Object.keys(window.lacss ?? {}).sort())).toEqual([
        'pathsOfDrop',
        'receive',
        'send',
      ]);
      expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false);
      const description = await page.evaluate(
        () =>
          new Promise((resolve) => {
            window.lacss!.receive((message) => {
              if (message.type === 'result' && message.job === 999_999) resolve(message.value);
            });
            window.lacss!.send({ type: 'request', job: 999_999, name: 'host.describe', params: {} });
          }),
      );
      expect(description).toMatchObject({ kind: 'electron', chooser: 'native' });
      const refused = await page.evaluate(() =>
        fetch('https://example.org/').then(
          () => 'answered',
          () => 'refused',
        ),
      );
      expect(refused).toBe('refused');
    } finally {
      await application.close();
      await rm(account, { recursive: true, force: true });
    }
  },
);
