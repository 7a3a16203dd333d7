import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as StandIn from './electron-stand-in.ts';

/** electron-updater, which asks a server. The test decides what it finds. */
class FakeUpdater extends EventEmitter {
  asked = 0;
  reachable = true;
  checkForUpdates(): Promise<void> {
    this.asked++;
    return this.reachable ? Promise.resolve() : Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED'));
  }
}

describe('updates', () => {
  let folder: string;
  let electron: typeof StandIn;
  let updater: FakeUpdater;
  const resources = process.resourcesPath;
  const item = (): StandIn.FakeMenuItem | undefined =>
    electron.Menu.shown
      .find(({ role }) => role === 'help')!
      .submenu!.find(({ label }) => label === 'Check for updates at start');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-updates-'));
    process.env.LACSS_DATA = folder;
    Object.assign(process, { resourcesPath: folder });
    vi.resetModules();
    updater = new FakeUpdater();
    vi.doMock('electron', () => import('./electron-stand-in.ts'));
    vi.doMock('electron-updater', () => ({ default: { autoUpdater: updater } }));
    electron = (await import('electron')) as unknown as typeof StandIn;
    electron.app.isPackaged = true;
  });
  afterEach(async () => {
    electron.app.quit();
    await expect.poll(() => electron.exitCode()).toBe(0);
    Object.assign(process, { resourcesPath: resources });
    await rm(folder, { recursive: true, force: true });
  });
  async function start(): Promise<void> {
    await electron.launch(() => import('../../src-main/index.ts'));
    await expect.poll(() => electron.FakeWindow.all).toHaveLength(1);
  }

  test('are not offered where the package names no place for them', async () => {
    await start();
    expect(item()).toBeUndefined();
    expect(updater.asked).toBe(0);
  });

  test('are off until a person turns them on, and off again when turned off', async () => {
    await writeFile(join(folder, 'app-update.yml'), '');
    await start();
    expect(item()).toMatchObject({ type: 'checkbox', checked: false });
    expect(updater.asked).toBe(0);
    item()!.click!();
    await expect.poll(() => updater.asked).toBe(1);
    await expect.poll(() => item()).toMatchObject({ checked: true });
    updater.emit('update-downloaded', { version: '2.0.0' });
    expect(electron.dialog.asked.at(-1)).toMatchObject({ message: 'LACSS Studio 2.0.0 is ready.' });
    item()!.click!();
    await expect.poll(() => item()).toMatchObject({ checked: false });
    expect(JSON.parse(await readFile(join(folder, 'application.json'), 'utf8'))).toMatchObject({
      settings: { updates: false },
    });
    expect(updater.asked).toBe(1);
  });

  test('are looked for at the next start, and a missing network is no fault', async () => {
    await writeFile(join(folder, 'app-update.yml'), '');
    await writeFile(join(folder, 'application.json'), JSON.stringify({ settings: { updates: true } }));
    updater.reachable = false;
    await start();
    await expect.poll(() => updater.asked).toBe(1);
    expect(electron.dialog.asked).toEqual([]);
    // A person who turns them on now gets a notice.
    item()!.click!();
    await expect.poll(() => item()).toMatchObject({ checked: false });
    item()!.click!();
    await expect
      .poll(() => electron.dialog.asked.at(-1))
      .toMatchObject({ message: 'The update server could not be reached.' });
  });
});
