import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectId } from '../../src-main/contract/fields.ts';
import { AppStore } from '../../src-main/host/app-store.ts';
import { channels } from '../../src-main/shell/channels.ts';
import { hostRequests } from '../../src-main/contract/requests/host-requests.ts';
import * as electron from './electron-stand-in.ts';

vi.mock('electron', () => import('./electron-stand-in.ts'));
vi.mock('../../src-main/server/page-folder.ts', () => ({
  pageFolder: () => process.env.LACSS_TEST_PAGE ?? '',
}));

/** The shell against the contract, with a stand-in for Electron. */
describe('the application in Electron', () => {
  let folder: string;
  const purposes = hostRequests['host.choose'].params.shape.purpose.options;
  const ownFrame = { url: 'app://studio/', parent: null };
  const window = (): electron.FakeWindow => electron.FakeWindow.all[0]!;
  const say = (frame: unknown, message: unknown): void => {
    electron.sendFromPage(window(), frame, channels.down, message);
  };
  const heard = (): unknown[] => window().webContents.sent.map(({ message }) => message);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-shell-'));
    process.env.LACSS_DATA = join(folder, 'account');
    await mkdir(join(folder, 'page'), { recursive: true });
    await writeFile(join(folder, 'page', 'index.html'), '<title>LACSS Studio</title>');
    const texts = {
      de: [
        ['File', 'Datei'],
        ['Add images', 'Bilder hinzufügen'],
      ],
    };
    await writeFile(join(folder, 'page', 'host-texts.json'), JSON.stringify(texts));
    await writeFile(join(folder, 'secret.json'), 'secret');
    process.env.LACSS_TEST_PAGE = join(folder, 'page');
    electron.app.isPackaged = true;
    Object.assign(process, { resourcesPath: folder });
    electron.app.paths.home = folder;
    // Opened one after another. The folder of the second is gone.
    const store = new AppStore(process.env.LACSS_DATA);
    for (const name of ['one', 'two', 'three']) {
      const project = join(folder, 'recent', name);
      await store.remember(projectId.parse(`project${name}`), project, name);
      if (name === 'two') continue;
      await mkdir(project, { recursive: true });
      await writeFile(join(project, 'project.json'), '{}');
    }
    await electron.launch(() => import('../../src-main/index.ts'));
    await vi.waitFor(() => expect(electron.FakeWindow.all).toHaveLength(1), 60_000);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('its window is shown after the first paint, and is the only one', async () => {
    await expect.poll(() => window().visible).toBe(true);
    expect(electron.FakeWindow.all).toHaveLength(1);
  });

  test('its window is isolated, sandboxed and without Node', () => {
    expect(electron.app.sandboxed).toBe(true);
    expect(window().url).toBe('app://studio/');
    expect(window().options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    });
  });

  test('the page comes by its own scheme, under a strict policy', async () => {
    expect(electron.protocol.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
    ]);
    const get = electron.protocol.handlers.get('app')!;
    const page = await get(new Request('app://studio/'));
    expect(await page.text()).toBe('<title>LACSS Studio</title>');
    expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    expect((await get(new Request('app://elsewhere/'))).status).toBe(403);
    expect((await get(new Request('app://studio/', { method: 'POST' }))).status).toBe(403);
    for (const path of ['%2e%2e/secret.json', '..%2fsecret.json', 'nothing.js', 'tile/p1/a/ff/0']) {
      expect((await get(new Request(`app://studio/${path}`))).status).toBe(404);
    }
  });

  test.each([
    'https://example.org/x.js',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'ws://example.org',
    'nonsense',
  ])('nothing is loaded from %s', (url) => {
    const answers: unknown[] = [];
    electron.session.defaultSession.beforeRequest!({ url }, (answer) => answers.push(answer));
    expect(answers).toEqual([{ cancel: true }]);
  });

  test('its own addresses are loaded', () => {
    const answers: unknown[] = [];
    electron.session.defaultSession.beforeRequest!({ url: 'app://studio/tile/x' }, (answer) =>
      answers.push(answer),
    );
    expect(answers).toEqual([{ cancel: false }]);
  });

  test('a page may copy text, and nothing besides', () => {
    const answers: boolean[] = [];
    for (const permission of ['clipboard-sanitized-write', 'clipboard-read']) {
      electron.session.defaultSession.permissionRequest!({}, permission, (answer) => answers.push(answer));
      answers.push(electron.session.defaultSession.permissionCheck({}, permission));
    }
    expect(answers).toEqual([true, true, false, false]);
  });

  test('permissions, devices, navigation, new windows and webviews are refused', () => {
    const answers: boolean[] = [];
    electron.session.defaultSession.permissionRequest!({}, 'geolocation', (answer) => answers.push(answer));
    expect(answers).toEqual([false]);
    expect(electron.session.defaultSession.permissionCheck({}, 'geolocation')).toBe(false);
    expect(electron.session.defaultSession.devicePermission()).toBe(false);
    const { webContents } = window();
    const away = { preventDefault: vi.fn() };
    webContents.emit('will-navigate', away, 'https://example.org/');
    webContents.emit('will-attach-webview', away);
    expect(away.preventDefault).toHaveBeenCalledTimes(2);
    const home = { preventDefault: vi.fn() };
    webContents.emit('will-navigate', home, 'app://studio/index.html');
    expect(home.preventDefault).not.toHaveBeenCalled();
    expect(webContents.openHandler({ url: 'app://studio/' })).toEqual({ action: 'deny' });
  });

  test('the guide opens in a window without a way to the host, and its web links in the browser', async () => {
    const { webContents } = window();
    expect(webContents.openHandler({ url: 'app://studio/help/guide/' })).toEqual({ action: 'deny' });
    const guide = electron.BrowserWindow.all.at(-1)!;
    expect(guide.url).toBe('app://studio/help/guide/');
    expect(guide.options.webPreferences).toMatchObject({ sandbox: true, nodeIntegration: false });
    expect(guide.options.webPreferences).not.toHaveProperty('preload');
    const page = { preventDefault: vi.fn() };
    guide.webContents.emit('will-navigate', page, 'app://studio/help/commands.html');
    expect(page.preventDefault).not.toHaveBeenCalled();
    guide.webContents.emit('will-navigate', page, 'app://studio/');
    expect(page.preventDefault).toHaveBeenCalledOnce();
    webContents.openHandler({ url: 'https://example.org/' });
    expect(electron.shell.opened).toEqual([]);
    guide.webContents.openHandler({ url: 'https://example.org/' });
    expect(electron.shell.opened).toEqual(['https://example.org/']);
    electron.shell.hasBrowser = false;
    guide.webContents.openHandler({ url: 'https://example.org/paper' });
    await expect
      .poll(() => electron.dialog.asked.at(-1)?.detail)
      .toBe('Open it in your browser: https://example.org/paper');
    guide.close();
  });

  test('only the main frame of its own page is heard', async () => {
    const ask = { type: 'request', job: 1, name: 'host.describe', params: {} };
    for (const frame of [
      null,
      { url: 'https://example.org/', parent: null },
      { url: 'app://studio.evil/', parent: null },
      { url: 'app://studio/', parent: ownFrame },
    ]) {
      say(frame, ask);
    }
    say(ownFrame, { ...ask, job: 2 });
    await expect.poll(heard).toHaveLength(1);
    expect(heard()[0]).toMatchObject({
      type: 'result',
      job: 2,
      value: { kind: 'electron', chooser: 'native', version: '9.9.9' },
    });
  });

  test('paths come from dialogs and drops only', async () => {
    const ask = (job: number, name: string, params: unknown): void =>
      say(ownFrame, { type: 'request', job, name, params });
    ask(10, 'project.open', { folder: '/etc' });
    ask(11, 'host.list', {});
    electron.dialog.answer = [join(folder, 'chosen')];
    ask(12, 'host.choose', { purpose: 'open-project' });
    await expect.poll(() => heard().length).toBe(4);
    ask(13, 'project.open', { folder: join(folder, 'chosen') });
    electron.ipcMain.handlers.get(channels.dropped)!(
      { sender: window().webContents, senderFrame: { url: 'https://example.org/', parent: null } },
      [join(folder, 'evil')],
    );
    electron.ipcMain.handlers.get(channels.dropped)!(
      { sender: window().webContents, senderFrame: ownFrame },
      [join(folder, 'dropped')],
    );
    ask(14, 'project.open', { folder: join(folder, 'evil') });
    ask(15, 'project.open', { folder: join(folder, 'dropped') });
    await expect.poll(() => heard().length).toBe(7);
    const codes = Object.fromEntries(
      heard().map((message) => {
        const { job, failure, value } = message as {
          job: number;
          failure?: { code: string };
          value?: unknown;
        };
        return [job, failure?.code ?? value];
      }),
    );
    expect(codes).toMatchObject({
      10: 'path-not-granted',
      11: 'request-invalid',
      12: { paths: [join(folder, 'chosen')] },
      13: 'project-missing',
      14: 'path-not-granted',
      15: 'project-missing',
    });
  });

  test('the menu asks the window in front', async () => {
    const file = electron.Menu.shown.find(({ label }) => label === 'File')!;
    file.submenu!.find(({ label }) => label === 'Open project…')!.click!();
    await expect
      .poll(() => heard().at(-1))
      .toEqual({ type: 'event', name: 'menu.command', payload: { command: 'open-project' } });
  });

  test('the menu asks a window with a page while the guide is in front', async () => {
    window().webContents.openHandler({ url: 'app://studio/help/' });
    const guide = electron.FakeWindow.all.at(-1)!;
    expect(electron.FakeWindow.getFocusedWindow()).toBe(guide);
    const file = electron.Menu.shown.find(({ label }) => label === 'File')!;
    file.submenu!.find(({ label }) => label === 'New project…')!.click!();
    await expect.poll(() => heard().at(-1)).toMatchObject({ payload: { command: 'new-project' } });
    expect(electron.FakeWindow.getFocusedWindow()).toBe(window());
    guide.close();
  });

  test('every dialog keeps the rules of Electron', async () => {
    electron.dialog.answer = [];
    const before = heard().length;
    for (const [at, purpose] of purposes.entries()) {
      say(ownFrame, { type: 'request', job: 100 + at, name: 'host.choose', params: { purpose } });
    }
    await expect.poll(() => heard().length).toBe(before + purposes.length);
    // Answers name their request. Requests run side by side, so they may come in any order.
    const answers = purposes.map((_purpose, at) => ({ type: 'result', job: 100 + at, value: { paths: [] } }));
    const given = heard().slice(before);
    for (const answer of answers) expect(given).toContainEqual(answer);
  });

  test('menu and dialogs speak the language that the person chose', async () => {
    const choose = (language: string): void =>
      say(ownFrame, { type: 'request', job: 150, name: 'host.saveSettings', params: { language } });
    const labels = (): (string | undefined)[] => electron.Menu.shown.map(({ label }) => label);
    choose('de');
    await expect.poll(labels).toContain('Datei');
    // A text without a translation stays English.
    expect(labels()).toContain('Edit');
    say(ownFrame, { type: 'request', job: 151, name: 'host.choose', params: { purpose: 'images' } });
    await expect.poll(() => heard().at(-1)).toMatchObject({ job: 151 });
    expect(electron.dialog.asked.at(-1)).toMatchObject({ title: 'Bilder hinzufügen' });
    choose('system');
    await expect.poll(labels).toContain('File');
  });

  test('a page that crashed is loaded again once a person asks for it', async () => {
    const reload = vi.spyOn(window().webContents, 'reload');
    window().webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(reload).not.toHaveBeenCalled();
    window().webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await expect.poll(() => reload.mock.calls.length).toBe(1);
    expect(electron.dialog.asked.at(-1)?.detail).toContain('Reason: oom.');
    await new Promise((resolve) => window().webContents.once('did-start-navigation', resolve));
    say(ownFrame, { type: 'request', job: 200, name: 'host.describe', params: {} });
    await expect.poll(() => heard().at(-1)).toMatchObject({ job: 200 });
  });

  test('the menu installs the command line tool, and says where', async () => {
    const help = electron.Menu.shown.find(({ role }) => role === 'help')!;
    help.submenu!.find(({ label }) => label === 'Install command line tool')!.click!();
    const command = join(folder, '.local', 'bin', 'lacss');
    await expect.poll(() => electron.dialog.asked.at(-1)?.message).toContain(`The command is ${command}.`);
    expect(await readFile(command, 'utf8')).toContain(`exec '${process.execPath}'`);
  });

  test('a second start hands its project over to the first', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'project.json'), '{}');
    electron.startSecond(['lacss', '--flag', 'project'], folder, { path: project });
    expect(heard().at(-1)).toEqual({
      type: 'event',
      name: 'menu.command',
      payload: { command: 'open-folder', folder: project },
    });
  });

  test('a second start without a path brings the window to the front', () => {
    window().minimized = true;
    const before = [window().focused, heard().length];
    electron.startSecond(['lacss'], folder, { path: null });
    expect(window().minimized).toBe(false);
    expect([window().focused, heard().length]).toEqual([before[0]! + 1, before[1]]);
  });

  test('a model file goes to the page, and what is neither model nor project is told', async () => {
    const model = join(folder, 'cells.lacss');
    await writeFile(model, 'weights');
    electron.app.emit('open-file', new electron.FakeEvent(), model);
    expect(heard().at(-1)).toMatchObject({ payload: { command: 'import-model', file: model } });
    const asked = electron.dialog.asked.length;
    electron.app.emit('open-file', new electron.FakeEvent(), join(folder, 'secret.json'));
    expect(electron.dialog.asked.slice(asked)).toMatchObject([
      { message: 'LACSS Studio cannot open secret.json.' },
    ]);
  });

  test('a process of Electron carries the protocol', async () => {
    say(ownFrame, { type: 'request', job: 30, name: 'engine.open', params: { choice: 'auto' } });
    await expect.poll(() => electron.FakeUtility.started).toHaveLength(1);
    const [learning] = electron.FakeUtility.started;
    expect(learning!.path).toMatch(/entries\/learning\.ts$/);
    expect(learning!.posted).toEqual([
      { type: 'request', job: 1, name: 'engine.open', params: { choice: 'auto' } },
    ]);
    learning!.say({
      type: 'error',
      job: 1,
      failure: { code: 'engine-unavailable', message: 'None.' },
    });
    await expect
      .poll(() => heard().at(-1))
      .toEqual({ type: 'error', job: 30, failure: { code: 'engine-unavailable', message: 'None.' } });
  });

  test('a page that is loaded again gets what came while it loaded', async () => {
    window().webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    const before = heard().length;
    const project = join(folder, 'project');
    electron.startSecond(['lacss', project], folder, { path: project });
    expect(heard()).toHaveLength(before);
    say(ownFrame, { type: 'request', job: 40, name: 'host.describe', params: {} });
    expect(heard()[before]).toMatchObject({ payload: { command: 'open-folder', folder: project } });
  });

  test('the recent documents of the system are the project files, the latest first, without missing ones', async () => {
    const document = (name: string): string => join(folder, 'recent', name, 'project.json');
    expect(electron.app.recentDocuments).toEqual([document('three'), document('one')]);
    const params = { folder: join(folder, 'recent', 'three') };
    say(ownFrame, { type: 'request', job: 50, name: 'host.forgetProject', params });
    await expect.poll(() => electron.app.recentDocuments).toEqual([document('one')]);
  });

  test('the place of the window is kept', async () => {
    window().emit('close');
    const kept = JSON.parse(await readFile(join(electron.app.userData, 'window.json'), 'utf8')) as unknown;
    expect(kept).toEqual({ x: 10, y: 20, width: 1200, height: 800, maximized: false });
  });

  test('a window with unsaved changes asks before it closes, and the host goes on until it has', async () => {
    window().webContents.refusesUnload = true;
    electron.dialog.button = 0;
    electron.app.quit();
    expect(electron.dialog.asked.at(-1)).toMatchObject({
      message: 'Close without saving?',
      buttons: ['Keep open', 'Discard and close'],
    });
    expect(electron.FakeWindow.all).toHaveLength(1);
    say(ownFrame, { type: 'request', job: 300, name: 'host.describe', params: {} });
    await expect.poll(() => heard().at(-1)).toMatchObject({ type: 'result', job: 300 });
    electron.dialog.button = 1;
  });

  test('it quits when the host has ended in order', async () => {
    const order: string[] = [];
    for (const name of ['before-quit', 'will-quit', 'quit']) electron.app.on(name, () => order.push(name));
    electron.FakeWindow.all[0]!.on('closed', () => order.push('closed'));
    electron.app.quit();
    expect(electron.exitCode()).toBeNull();
    await expect.poll(() => electron.exitCode()).toBe(0);
    expect(order).toEqual(['before-quit', 'closed', 'will-quit', 'before-quit', 'will-quit', 'quit']);
  });
});
