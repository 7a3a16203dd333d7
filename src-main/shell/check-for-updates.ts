import { dialog } from 'electron';

/**
 * Asks the update server of the package for a newer version, downloads it, and shows a message. Quitting the
 * program installs it. Call this only if the user has turned updates on: nothing else in this program uses
 * the network.
 * @returns whether the server answered; a computer without network is not an error
 */
export async function checkForUpdates(): Promise<boolean> {
  const { autoUpdater } = (await import('electron-updater')).default;
  autoUpdater.autoDownload = true;
  autoUpdater.autoInstallOnAppQuit = true;
  autoUpdater.logger = null;
  autoUpdater.removeAllListeners('update-downloaded').on('update-downloaded', ({ version }) => {
    void dialog.showMessageBox({
      type: 'info',
      message: `LACSS Studio ${version} is ready.`,
      detail: 'Quit the program to install it.',
    });
  });
  try {
    await autoUpdater.checkForUpdates();
    return true;
  } catch {
    return false;
  }
}
