import { BrowserWindow } from 'electron';
import { guideUrl } from './page-origin.ts';

/** Opens a page of the guide in a window of its own, which has no way to the host. */
export function openGuide(url = guideUrl): void {
  const window = new BrowserWindow({
    width: 1100,
    height: 800,
    title: 'LACSS Studio guide',
    webPreferences: { contextIsolation: true, sandbox: true, nodeIntegration: false, spellcheck: false },
  });
  void window.loadURL(url);
}
