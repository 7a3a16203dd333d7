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

/**
 * The application menu, with the usual shortcuts. The page handles the shortcuts of the stages.
 * @param text translates a text of the menu
 */
export function applicationMenu(
  { ask, newWindow, installCommandLine, updates }: MenuActions,
  recent: readonly KnownProject[],
  platform: NodeJS.Platform,
  text: (english: string) => string,
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
      label: text('File'),
      submenu: [
        item(text('New project…'), 'new-project', 'CmdOrCtrl+N'),
        item(text('Open project…'), 'open-project', 'CmdOrCtrl+O'),
        { label: text('Open recent'), submenu: recentItems, enabled: recentItems.length > 0 },
        item(text('Open the sample project'), 'open-sample'),
        { type: 'separator' },
        item(text('Add images…'), 'add-images', 'CmdOrCtrl+I'),
        { type: 'separator' },
        { label: text('New window'), accelerator: 'CmdOrCtrl+Shift+N', click: newWindow },
        isMac ? { role: 'close', label: text('Close window') } : { role: 'quit', label: text('Quit') },
      ],
    },
    {
      label: text('Edit'),
      submenu: [
        item(text('Undo'), 'undo', 'CmdOrCtrl+Z'),
        item(text('Redo'), 'redo', 'CmdOrCtrl+Shift+Z'),
        { type: 'separator' },
        { role: 'cut', label: text('Cut') },
        { role: 'copy', label: text('Copy') },
        { role: 'paste', label: text('Paste') },
        { role: 'selectAll', label: text('Select all') },
      ],
    },
    {
      label: text('View'),
      submenu: [
        item(text('Switch between light and dark'), 'toggle-theme'),
        { type: 'separator' },
        { role: 'zoomIn', label: text('Zoom in') },
        { role: 'zoomOut', label: text('Zoom out') },
        { role: 'resetZoom', label: text('Actual size') },
        { role: 'togglefullscreen', label: text('Full screen') },
      ],
    },
    { role: 'windowMenu', label: text('Window') },
    {
      role: 'help',
      label: text('Help'),
      submenu: [
        { label: text('Guide'), click: () => openGuide() },
        item(text('Keyboard shortcuts'), 'show-keys', 'F1'),
        ...(installCommandLine === null
          ? []
          : [{ label: text('Install command line tool'), click: installCommandLine }]),
        ...(updates === null
          ? []
          : [
              {
                label: text('Check for updates at start'),
                type: 'checkbox' as const,
                checked: updates.on,
                click: () => updates.turn(!updates.on),
              },
            ]),
      ],
    },
  ];
}
