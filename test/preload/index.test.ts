import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { HostBridge } from '../../src-main/contract/bridge.ts';

const exposed: Record<string, HostBridge> = {};
const sent: unknown[] = [];
const ipc = new EventEmitter();

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: HostBridge) => (exposed[name] = api) },
  ipcRenderer: Object.assign(ipc, {
    send: (...message: unknown[]) => sent.push(message),
    invoke: (...message: unknown[]) => Promise.resolve(sent.push(message)),
  }),
  webUtils: { getPathForFile: ({ name }: File) => (name === 'made-up.tif' ? '' : `/chosen/${name}`) },
}));

test('the page gets the contract and nothing of Electron’s', async () => {
  await import('../../src-main/preload/index.ts');
  expect(Object.keys(exposed)).toEqual(['lacss']);
  expect(Object.keys(exposed.lacss!).sort()).toEqual(['pathsOfDrop', 'receive', 'send']);

  exposed.lacss!.send({ type: 'cancel', job: 4 });
  expect(sent.pop()).toEqual(['lacss:down', { type: 'cancel', job: 4 }]);

  const heard: unknown[] = [];
  const end = exposed.lacss!.receive((message) => heard.push(message));
  ipc.emit('lacss:up', { sender: 'not for pages' }, { type: 'result', job: 1, value: 2 });
  end();
  ipc.emit('lacss:up', {}, { type: 'result', job: 2, value: 3 });
  expect(heard).toEqual([{ type: 'result', job: 1, value: 2 }]);

  const files = ['a.tif', 'made-up.tif'].map((name) => new File([], name));
  expect(await exposed.lacss!.pathsOfDrop(files)).toEqual(['/chosen/a.tif']);
  expect(sent.pop()).toEqual(['lacss:dropped', ['/chosen/a.tif']]);
});
