import { app, dialog, Menu, shell } from 'electron';
import type { BrowserWindow } from 'electron';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Events } from '../contract/events.ts';
import { toFailure } from '../contract/failure.ts';
import { Host } from '../host/host.ts';
import type { HostOptions } from '../host/host-services.ts';
import { sampleFolder } from '../host/sample-folder.ts';
import { manifestName } from '../project/manifest-name.ts';
import { pageFolder } from '../server/page-folder.ts';
import { applicationMenu } from './application-menu.ts';
import { checkForUpdates } from './check-for-updates.ts';
import { choosePaths } from './choose-paths.ts';
import { classifyPath } from './classify-path.ts';
import { ConnectedWindows } from './connect-windows.ts';
import { installCommandLine } from './install-command-line.ts';
import { lockDown } from './lock-down.ts';
import { openWindow } from './open-window.ts';
import type { OpenedPaths } from './opened-paths.ts';
import { servePage } from './serve-page.ts';
import { shellTexts } from './shell-texts.ts';
import { utilityStarters } from '../processes/utility-starters.ts';
import { watchPage } from './watch-page.ts';

/**
 * Runs the application in Electron: windows, menu, host. Call this once Electron is ready.
 * @param opened paths that the user opens with the program
 */
export async function runApplication(opened: OpenedPaths): Promise<void> {
  lockDown();
  const host = createHost(opened, await utilityStarters());
  const windows = new ConnectedWindows(host.host);
  host.use(windows);
  servePage(host.host, pageFolder());

  const dataFolder = app.getPath('userData');
  const open = (): BrowserWindow => {
    const window = openWindow(dataFolder);
    watchPage(window);
    windows.add(window);
    return window;
  };
  const ask = (command: Events['menu.command']): void => {
    const window = windows.front() ?? open();
    windows.command(window, command);
    focus(window);
  };
  // A checkout has its own `npx lacss`, and the installer for Windows sets the PATH.
  const canInstall = app.isPackaged && process.platform !== 'win32';
  const actions = { ask, newWindow: open, installCommandLine: canInstall ? offerCommandLine : null };
  // electron-builder writes this file if the package has an update server.
  const canUpdate = app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml'));
  const wantsUpdates = async (): Promise<boolean> => canUpdate && (await host.host.store.settings()).updates;
  const turnUpdates = async (on: boolean): Promise<void> => {
    await host.host.store.saveSettings({ updates: on });
    if (!on || (await checkForUpdates())) return;
    await dialog.showMessageBox({
      type: 'warning',
      message: 'The update server could not be reached.',
      detail: 'The program tries again at its next start.',
    });
  };
  const showMenu = async (): Promise<void> => {
    const recent = await host.host.store.recent();
    host.host.grants.grant(...recent.map(({ folder }) => folder));
    // The system's own list, in the dock and the task bar. It takes files, and the latest comes last.
    app.clearRecentDocuments();
    for (const { folder } of recent.filter(({ exists }) => exists).toReversed()) {
      app.addRecentDocument(join(folder, manifestName));
    }
    const updates = { on: await wantsUpdates(), turn: (on: boolean) => void turnUpdates(on) };
    const all = { ...actions, updates: canUpdate ? updates : null };
    const text = await shellTexts((await host.host.store.settings()).language);
    Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(all, recent, process.platform, text)));
  };
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  // After the windows have closed: a page with unsaved changes may refuse, and then needs the host.
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void host.host.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
  await showMenu();
  host.host.store.onChange(() => void showMenu());
  open();
  // Only now: macOS sends this at the start too, and would get a second window.
  app.on('activate', () => {
    const window = windows.front();
    if (window === null) open();
    else focus(window);
  });
  opened.openWith((path) => {
    const given = classifyPath(path);
    if (given === null) {
      void dialog.showMessageBox({
        type: 'error',
        message: `LACSS Studio cannot open ${basename(path)}.`,
        detail: 'It opens project folders, their project.json, and model files that end in .lacss.',
      });
      return;
    }
    // The user chose this path: on the command line or in the file manager.
    if (given.kind === 'project') {
      host.host.grants.grant(given.folder);
      ask({ command: 'open-folder', folder: given.folder });
    } else {
      host.host.grants.grant(given.file);
      ask({ command: 'import-model', file: given.file });
    }
  });
  if (await wantsUpdates()) void checkForUpdates();
}

/** Installs the command `lacss` and shows the result. */
function offerCommandLine(): void {
  installCommandLine({
    // The folder of an AppImage exists only while it runs.
    program: process.env.APPIMAGE ?? process.execPath,
    path: join(app.getPath('home'), '.local', 'bin', 'lacss'),
    platform: process.platform,
    searchPath: process.env.PATH ?? '',
  }).then(
    (message) => dialog.showMessageBox({ type: 'info', message }),
    (error: unknown) => {
      const { message, remedy = '' } = toFailure(error);
      return dialog.showMessageBox({ type: 'error', message, detail: remedy });
    },
  );
}

function focus(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** The host, and a way to give it the windows, which need the host first. */
function createHost(
  opened: OpenedPaths,
  start: HostOptions['start'],
): { host: Host; use: (windows: ConnectedWindows) => void } {
  let windows: ConnectedWindows | null = null;
  const dataFolder = app.getPath('userData');
  const projectFolder = process.argv.includes('--sample')
    ? sampleFolder(dataFolder)
    : opened.take((path) => {
        const given = classifyPath(path);
        return given?.kind === 'project' ? given.folder : null;
      });
  const host: Host = new Host({
    platform: {
      kind: 'electron',
      choose: async (session, purpose, suggestedName) => {
        const text = await shellTexts((await host.store.settings()).language);
        return choosePaths(windows?.windowOf(session) ?? null, text, purpose, suggestedName);
      },
      reveal: (path) => {
        shell.showItemInFolder(path);
        return true;
      },
      roots: [],
    },
    start,
    dataFolder,
    version: app.getVersion(),
    ...(projectFolder === null ? {} : { projectFolder }),
  });
  return { host, use: (connected) => (windows = connected) };
}
