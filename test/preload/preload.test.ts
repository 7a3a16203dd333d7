import { expect, test, vi } from 'vitest';
import type { HostBridge } from '../../src-main/contract/bridge.ts';
import { contextBridge, ipcRenderer } from '../shell/electron-stand-in.ts';

vi.mock('electron', () => import('../shell/electron-stand-in.ts'));

test('the page gets the contract and nothing of Electron’s', async () => {
  await import('../../src-main/preload/preload.ts');
  expect(Object.keys(contextBridge.exposed)).toEqual(['lacss']);
  const bridge = contextBridge.exposed.lacss as HostBridge;
  expect(Object.keys(bridge).sort()).toEqual(['pathsOfDrop', 'receive', 'send']);

  bridge.send({ type: 'cancel', job: 4 });
  expect(ipcRenderer.sent.pop()).toEqual(['lacss:down', { type: 'cancel', job: 4 }]);

  const heard: unknown[] = [];
  const end = bridge.receive((message) => heard.push(message));
  ipcRenderer.emit('lacss:up', { sender: 'not for pages' }, { type: 'result', job: 1, value: 2 });
  end();
  ipcRenderer.emit('lacss:up', {}, { type: 'result', job: 2, value: 3 });
  expect(heard).toEqual([{ type: 'result', job: 1, value: 2 }]);

  const files = ['a.tif', 'made-up.tif'].map((name) => new File([], name));
  expect(await bridge.pathsOfDrop(files)).toEqual(['/chosen/a.tif']);
  expect(ipcRenderer.sent.pop()).toEqual(['lacss:dropped', ['/chosen/a.tif']]);
});

test('a second bridge of the same name, and a file sent to the main process, are refused', () => {
  expect(() => contextBridge.exposeInMainWorld('lacss', {})).toThrow('Cannot bind an API');
  expect(() => ipcRenderer.send('lacss:down', new File([], 'a.tif'))).toThrow('could not be cloned');
  expect(() => ipcRenderer.send('lacss:down', { run: () => 1 })).toThrow('could not be cloned');
});
