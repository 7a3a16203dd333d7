import { app, BrowserWindow, Menu, shell } from 'electron';
import type { Events } from '../contract/events.ts';
import { Host } from '../host/host.ts';
import { sampleFolder } from '../host/sample-folder.ts';
import { pageFolder } from '../server/page-folder.ts';
import { entryUrl } from '../processes/entry-url.ts';
import { applicationMenu } from './application-menu.ts';
import { choosePaths } from './choose-paths.ts';
import { ConnectedWindows } from './connect-windows.ts';
import { lockDown } from './lock-down.ts';
import { openWindow } from './open-window.ts';
import { projectFolderIn } from './project-folder-in.ts';
import { registerPageScheme, servePage } from './serve-page.ts';
import { startUtility } from './start-utility.ts';

/** Runs the application in Electron: one instance, its windows, its menu, its host. */
export async function runApplication(): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  registerPageScheme();
  await app.whenReady();
  lockDown();
  const host = createHost();
  const windows = new ConnectedWindows(host.host);
  host.use(windows);
  servePage(host.host, pageFolder());

  const dataFolder = app.getPath('userData');
  const open = (): BrowserWindow => {
    const window = openWindow(dataFolder);
    windows.add(window);
    return window;
  };
  const ask = (command: Events['menu.command']): void => {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0] ?? open();
    const session = windows.sessionOf(window);
    if (session !== null) host.host.emitTo(session.window, 'menu.command', command);
    window.focus();
  };
  const showMenu = async (): Promise<void> => {
    const recent = await host.host.store.recent();
    host.host.grants.grant(...recent.map(({ folder }) => folder));
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(applicationMenu({ ask, newWindow: open }, recent, process.platform)),
    );
  };
  await showMenu();
  host.host.store.onRecentChange(() => void showMenu());
  open();

  app.on('second-instance', (_event, args) => {
    const folder = projectFolderIn(args);
    if (folder === null) BrowserWindow.getAllWindows()[0]?.focus();
    else openFolder(folder);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFolder(path);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void host.host.close().finally(() => {
      closed = true;
      app.quit();
    });
  });

  /** A folder the system hands over was chosen by a person: on the command line, in the file manager. */
  function openFolder(folder: string): void {
    host.host.grants.grant(folder);
    ask({ command: 'open-folder', folder });
  }
}

/** The host, and a way to tell it of the windows its dialogs belong to, which need it in turn. */
function createHost(): { host: Host; use: (windows: ConnectedWindows) => void } {
  let windows: ConnectedWindows | null = null;
  const dataFolder = app.getPath('userData');
  const wantsSample = process.argv.includes('--sample');
  const projectFolder = wantsSample ? sampleFolder(dataFolder) : projectFolderIn(process.argv);
  const host = new Host({
    platform: {
      kind: 'electron',
      choose: (session, purpose, suggestedName) =>
        choosePaths(windows?.windowOf(session) ?? null, purpose, suggestedName),
      reveal: (path) => {
        shell.showItemInFolder(path);
        return true;
      },
      roots: [],
    },
    start: {
      imaging: (listener) => startUtility(entryUrl('imaging'), 'imaging', listener),
      learning: (listener) => startUtility(entryUrl('learning'), 'learning', listener),
    },
    dataFolder,
    version: app.getVersion(),
    ...(projectFolder === null ? {} : { projectFolder }),
  });
  return { host, use: (connected) => (windows = connected) };
}
