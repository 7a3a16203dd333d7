import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitCodes } from '../../src-main/cli/exit-code.ts';
import type * as StandIn from './electron-stand-in.ts';

/** Electron in its state at the start of a process. */
async function freshElectron(): Promise<typeof StandIn> {
  vi.resetModules();
  vi.doMock('electron', () => import('./electron-stand-in.ts'));
  return (await import('electron')) as unknown as typeof StandIn;
}

const launcher = fileURLToPath(new URL('launch-entry.ts', import.meta.url));
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/shell/${name}`, import.meta.url));
const entryPath = fileURLToPath(new URL('../../src-main/index.ts', import.meta.url));

describe('the start of the application in Electron', () => {
  let folder: string;
  let electron: typeof StandIn;
  const startEntry = (): Promise<unknown> => import('../../src-main/index.ts');
  const argv = process.argv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-start-'));
    process.env.LACSS_DATA = join(folder, 'account');
    electron = await freshElectron();
    process.argv = ['lacss'];
  });
  afterEach(async () => {
    process.argv = argv;
    if (electron.app.isReady()) {
      electron.app.quit();
      await expect.poll(() => electron.exitCode()).toBe(0);
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function newProject(): Promise<string> {
    const project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'project.json'), '{}');
    return project;
  }
  const page = (): StandIn.FakeWindow => electron.FakeWindow.all[0]!;
  /** What the page receives after its first message. */
  async function greet(name: string): Promise<unknown[]> {
    await expect.poll(() => electron.FakeWindow.all).toHaveLength(1);
    const request = { type: 'request', job: 1, name, params: {} };
    electron.sendFromPage(page(), { url: 'app://studio/', parent: null }, 'lacss:down', request);
    await expect.poll(() => page().webContents.sent.length).toBeGreaterThan(0);
    return page().webContents.sent.map(({ message }) => message);
  }

  test('the window opens after the entry has been evaluated, and not before', async () => {
    let windowsThen = -1;
    await electron.launch(async () => {
      await startEntry();
      windowsThen = electron.FakeWindow.all.length;
      expect(electron.app.isReady()).toBe(false);
      expect(electron.protocol.schemes).toHaveLength(1);
      expect(electron.app).toMatchObject({
        name: 'LACSS Studio',
        sandboxed: true,
        userData: process.env.LACSS_DATA,
      });
      expect(electron.app.listenerCount('open-file')).toBe(1);
      expect(electron.app.listenerCount('second-instance')).toBe(1);
    });
    expect(windowsThen).toBe(0);
    await expect.poll(() => electron.FakeWindow.all).toHaveLength(1);
    expect(page().url).toBe('app://studio/');
  });

  test('a project on the command line, relative to where it was typed, opens with the window', async () => {
    await newProject();
    const home = process.cwd();
    process.chdir(folder);
    try {
      process.argv = ['lacss', '--flag', 'project'];
      await electron.launch(startEntry);
    } finally {
      process.chdir(home);
    }
    // The manifest is empty, so opening it fails. The test only needs the attempt.
    const [answer] = await greet('project.initial');
    expect(answer).toMatchObject({ type: 'error', failure: { subject: expect.stringContaining('project') } });
  });

  test('a project that macOS opens the program with is opened first', async () => {
    const project = await newProject();
    await electron.launch(startEntry, [join(project, 'project.json')]);
    const [answer] = await greet('project.initial');
    expect(answer).toMatchObject({ type: 'error', failure: { subject: expect.stringContaining('project') } });
  });

  test('a model file that starts the program waits for the page', async () => {
    const model = join(folder, 'cells.lacss');
    await writeFile(model, 'weights');
    process.argv = ['lacss', model];
    await electron.launch(startEntry);
    await expect.poll(() => electron.FakeWindow.all).toHaveLength(1);
    expect(page().webContents.sent).toEqual([]);
    const [first] = await greet('host.describe');
    expect(first).toMatchObject({ name: 'menu.command', payload: { command: 'import-model', file: model } });
  });

  test('a second start passes its path on and ends', async () => {
    const project = await newProject();
    electron.app.isFirst = false;
    process.argv = ['lacss', project];
    await electron.launch(startEntry);
    expect(electron.app.passedOn).toEqual({ path: project });
    expect(electron.exitCode()).toBe(0);
    expect(electron.app.isReady()).toBe(false);
    expect(electron.FakeWindow.all).toEqual([]);
  });

  test(
    'runs a verb without a window, before it is ready, and ends with the exit code of the verb',
    { timeout: 60_000 },
    async () => {
      const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
      const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      try {
        process.argv = ['lacss-studio', '--ozone-platform=headless', '--cli', '--', 'segment', '-p', folder];
        await startEntry();
        await expect.poll(() => electron.exitCode()).not.toBeNull();
        expect(electron.exitCode()).toBe(exitCodes.project);
        expect(err.mock.calls.join('')).toContain(`There is no project in ${folder}`);
        expect(out).not.toHaveBeenCalled();
      } finally {
        out.mockRestore();
        err.mockRestore();
      }
      expect(electron.app.dockHidden).toBe(true);
      expect(electron.app.locked).toBe(false);
      expect(electron.app.isReady()).toBe(false);
      expect(electron.FakeWindow.all).toEqual([]);
    },
  );

  test('a start that fails is told, and ends the program', async () => {
    electron.screen.getAllDisplays = () => {
      throw new Error('no screen');
    };
    await electron.launch(startEntry);
    await expect.poll(() => electron.exitCode()).toBe(1);
    expect(electron.dialog.errorBoxes).toEqual(['LACSS Studio could not start: no screen']);
  });
});

/** In its own process: node exits with 13 if a top-level `await` can never end. */
describe('what Electron does with an entry', () => {
  async function start(entry: string): Promise<{ code: number; out: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'lacss-entry-'));
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), launcher, entry],
        { env: { ...process.env, LACSS_DATA: join(folder, 'account') } },
      );
      return { code: 0, out: stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, out: stdout };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  test('opens a window for the real one', async () => {
    expect(await start(entryPath)).toEqual({ code: 0, out: 'evaluated\nwindow app://studio/\n' });
  });

  test('never gets ready for one that waits for it', async () => {
    expect(await start(fixture('waiting-entry.ts'))).toEqual({ code: 13, out: '' });
  });

  test.each([
    ['dialog', 'dialog module can only be used after app is ready'],
    ['window', 'Cannot create BrowserWindow before app is ready'],
    ['session', 'Session can only be received when app is ready'],
    ['protocol', 'protocol can only be used after app is ready'],
    ['utility', 'utilityProcess cannot be created before app is ready.'],
    ['screen', "The 'screen' module can't be used before the app 'ready' event"],
    ['menu', 'Menu.setApplicationMenu is to be called after app is ready'],
  ])('refuses %s before it is ready', async (what, message) => {
    const fresh = await freshElectron();
    const early: Record<string, () => unknown> = {
      dialog: () => fresh.dialog.showOpenDialog({}),
      window: () => new fresh.FakeWindow({}),
      session: () => fresh.session.defaultSession,
      protocol: () => fresh.protocol.handle('app', () => Promise.resolve(new Response())),
      utility: () => fresh.utilityProcess.fork('entry.js'),
      screen: () => fresh.screen.getAllDisplays(),
      menu: () => fresh.Menu.setApplicationMenu([]),
    };
    expect(early[what]).toThrow(message);
    await fresh.launch(() => Promise.resolve());
    expect(early[what]).not.toThrow();
  });

  test('refuses what must come before it is ready', async () => {
    const fresh = await freshElectron();
    await fresh.launch(() => Promise.resolve());
    expect(() => fresh.app.enableSandbox()).toThrow('before app is ready');
    expect(() => fresh.protocol.registerSchemesAsPrivileged([])).toThrow('before app is ready');
    expect(() => fresh.app.setPath('userData', tmpdir())).toThrow('before ready');
  });

  test('refuses wrong arguments of menus and dialogs', async () => {
    const { dialog, FakeWindow, launch, Menu } = await freshElectron();
    await launch(() => Promise.resolve());
    expect(() => Menu.buildFromTemplate([{}])).toThrow('must have at least one of label, role or type');
    expect(() => Menu.buildFromTemplate([{ label: 'Save', accelerator: 'Strg+S' }])).toThrow('Strg+S');
    const filters = [{ name: 'Images', extensions: ['.tif'] }];
    expect(() => dialog.showOpenDialog({ filters })).toThrow('.tif');
    const properties = ['openFile', 'openDirectory'];
    expect(() => dialog.showOpenDialog({ properties })).toThrow('files or folders');
    const window = new FakeWindow({});
    window.close();
    expect(() => dialog.showMessageBox(window, {})).toThrow('Object has been destroyed');
  });

  test('keeps a window whose page refuses to be left, unless somebody decides', async () => {
    const { FakeWindow, launch } = await freshElectron();
    await launch(() => Promise.resolve());
    const window = new FakeWindow({});
    window.webContents.refusesUnload = true;
    window.close();
    expect(window.isDestroyed()).toBe(false);
    window.webContents.on('will-prevent-unload', (event: StandIn.FakeEvent) => event.preventDefault());
    window.close();
    expect(window.isDestroyed()).toBe(true);
  });

  test('shows a window that is maximised, and says when its page has been painted', async () => {
    const { FakeWindow, launch } = await freshElectron();
    await launch(() => Promise.resolve());
    const window = new FakeWindow({ show: false });
    expect(window.visible).toBe(false);
    void window.loadURL('app://studio/');
    await new Promise<void>((resolve) => window.once('ready-to-show', resolve));
    expect(window.visible).toBe(false);
    window.maximize();
    expect(window.visible).toBe(true);
  });
});

test('what travels between processes is a copy', async () => {
  const fresh = await freshElectron();
  await fresh.launch(() => Promise.resolve());
  const child = fresh.utilityProcess.fork('entry.js');
  const message = { pixels: new Uint8Array([1, 2]) };
  child.postMessage(message);
  message.pixels[0] = 9;
  expect(child.posted).toEqual([{ pixels: new Uint8Array([1, 2]) }]);
  expect(() => child.postMessage({ run: () => 1 })).toThrow(/could not be cloned/);
  expect(() => child.postMessage(new Uint8Array(new SharedArrayBuffer(4)))).toThrow(/could not be cloned/);
});
