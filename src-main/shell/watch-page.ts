import { dialog } from 'electron';
import type { BrowserWindow } from 'electron';

/** Asks before a window with unsaved changes closes, and reloads a page that has crashed. */
export function watchPage(window: BrowserWindow): void {
  const { webContents } = window;
  // Without this, Electron keeps the window open and shows nothing.
  webContents.on('will-prevent-unload', (event) => {
    const pressed = dialog.showMessageBoxSync(window, {
      type: 'warning',
      message: 'Close without saving?',
      detail: 'Some changes wait to be saved. If you close the window now, they are lost.',
      buttons: ['Keep open', 'Discard and close'],
      defaultId: 0,
      cancelId: 0,
    });
    if (pressed === 1) event.preventDefault();
  });
  webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    void dialog
      .showMessageBox(window, {
        type: 'error',
        message: 'The window stopped unexpectedly.',
        detail: `Saved work is safe. Running steps continue. Reason: ${reason}.`,
        buttons: ['Load it again'],
      })
      .then(() => {
        if (!window.isDestroyed()) webContents.reload();
      });
  });
}
