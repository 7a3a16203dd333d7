import { dialog } from 'electron';

/**
 * Asks the place that the package names whether there is a newer version, loads it, and says so. It is installed when the person
 * quits. To be called only where a person has turned updates on: nothing else in this program uses the network.
 * @returns whether the place could be asked; a machine without network is no fault
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
      detail: 'It is installed when you quit the program.',
    });
  });
  try {
    await autoUpdater.checkForUpdates();
    return true;
  } catch {
    return false;
  }
}
