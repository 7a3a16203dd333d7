import { BrowserWindow, screen } from 'electron';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { pageUrl } from './page-origin.ts';
import { placeWindow, readWindowState, writeWindowState } from './window-state.ts';

/** Opens a window with the page, at its last position. */
export function openWindow(dataFolder: string): BrowserWindow {
  const statePath = join(dataFolder, 'window.json');
  const state = readWindowState(statePath);
  const window = new BrowserWindow({
    ...placeWindow(
      state,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'LACSS Studio',
    // The page's own background: no white flash before the first paint.
    backgroundColor: '#0f1115',
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      // The spell checker would download dictionaries.
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    // Maximising shows the window too, so it waits for the first paint.
    if (state?.maximized === true) window.maximize();
    window.show();
  });
  window.on('close', () => {
    writeWindowState(statePath, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(pageUrl);
  return window;
}
