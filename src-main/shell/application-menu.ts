import type { MenuItemConstructorOptions } from 'electron';
import type { Events } from '../contract/events.ts';
import type { KnownProject } from '../host/app-store.ts';
import { openGuide } from './open-guide.ts';

type Command = Events['menu.command'];

export interface MenuActions {
  /** Sends a command to the front window. */
  ask: (command: Command) => void;
  newWindow: () => void;
  /** Installs the command `lacss`; null if the program cannot. */
  installCommandLine: (() => void) | null;
  /**
   * Whether the program checks for updates, and the switch for it; null if the package has no update server.
   */
  updates: { on: boolean; turn: (on: boolean) => void } | null;
}

/** Recent projects in the menu. The welcome page lists the others. */
const recentShown = 10;

/** The application menu, with the usual shortcuts. The page handles the shortcuts of the stages. */
export function applicationMenu(
  { ask, newWindow, installCommandLine, updates }: MenuActions,
  recent: readonly KnownProject[],
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const item = (
    label: string,
    command: Exclude<Command['command'], 'open-folder' | 'import-model'>,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => ask({ command }),
  });
  const recentItems = recent
    .filter(({ exists }) => exists)
    .slice(0, recentShown)
    .map(({ name, folder }): MenuItemConstructorOptions => ({
      label: name,
      toolTip: folder,
      click: () => ask({ command: 'open-folder', folder }),
    }));
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        item('New project…', 'new-project', 'CmdOrCtrl+N'),
        item('Open project…', 'open-project', 'CmdOrCtrl+O'),
        { label: 'Open recent', submenu: recentItems, enabled: recentItems.length > 0 },
        item('Open the sample project', 'open-sample'),
        { type: 'separator' },
        item('Add images…', 'add-images', 'CmdOrCtrl+I'),
        { type: 'separator' },
        { label: 'New window', accelerator: 'CmdOrCtrl+Shift+N', click: newWindow },
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        item('Undo', 'undo', 'CmdOrCtrl+Z'),
        item('Redo', 'redo', 'CmdOrCtrl+Shift+Z'),
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        item('Switch between light and dark', 'toggle-theme'),
        { type: 'separator' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Guide', click: () => openGuide() },
        item('Keyboard shortcuts', 'show-keys', 'F1'),
        ...(installCommandLine === null
          ? []
          : [{ label: 'Install command line tool', click: installCommandLine }]),
        ...(updates === null
          ? []
          : [
              {
                label: 'Check for updates at start',
                type: 'checkbox' as const,
                checked: updates.on,
                click: () => updates.turn(!updates.on),
              },
            ]),
      ],
    },
  ];
}
