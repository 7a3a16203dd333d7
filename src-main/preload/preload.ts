import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostBridge } from '../contract/bridge.ts';
import type { UpMessage } from '../contract/messages.ts';
import { channels } from '../shell/channels.ts';

/** Exposes only the contract to the page, and nothing of Electron. */
const bridge: HostBridge = {
  send: (message) => ipcRenderer.send(channels.down, message),
  receive: (callback) => {
    const listener = (_event: unknown, message: UpMessage): void => callback(message);
    ipcRenderer.on(channels.up, listener);
    // Without a value: `removeListener` would hand Electron's own object to the page.
    return () => void ipcRenderer.removeListener(channels.up, listener);
  },
  pathsOfDrop: async (files) => {
    // Only the preload script gets the path of a dropped file. A file made by the page has no path.
    const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
    await ipcRenderer.invoke(channels.dropped, paths);
    return paths;
  },
};

contextBridge.exposeInMainWorld('lacss', bridge);
