import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostBridge } from '../contract/bridge.ts';
import type { UpMessage } from '../contract/messages.ts';
import { channels } from '../shell/channels.ts';

/** Exposes the treaty, and nothing of Electron's, to the page. */
const bridge: HostBridge = {
  send: (message) => ipcRenderer.send(channels.down, message),
  receive: (callback) => {
    const listener = (_event: unknown, message: UpMessage): void => callback(message);
    ipcRenderer.on(channels.up, listener);
    return () => ipcRenderer.removeListener(channels.up, listener);
  },
  pathsOfDrop: async (files) => {
    // Only the browser knows the path behind a dropped file; one that a page has made up has none.
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    await ipcRenderer.invoke(channels.dropped, paths);
    return paths;
  },
};

contextBridge.exposeInMainWorld('lacss', bridge);
