import { maxUploadPartBytes } from '../../src-main/contract/limits.ts';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UpMessage } from '../../src-main/contract/messages.ts';
import { requests } from '../../src-main/contract/requests.ts';
import type { RequestName } from '../../src-main/contract/requests.ts';
import { Host } from '../../src-main/host/host.ts';
import { TestWindow } from '../fixtures/test-host.ts';
import { idleHost } from '../fixtures/idle-host.ts';

const on = { kind: 'saved', sha256: null };
const anEdit = { project: 'p1', image: 'a', edit: '01234567-89ab-4def-8123-456789abcdef' };

/** Messages of a malicious page, which must have no effect. */
describe('a window that asks for what it may not have', () => {
  let folder: string;
  let host: Host;
  let window: TestWindow;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-session-'));
    await mkdir(join(folder, 'home'), { recursive: true });
    await writeFile(join(folder, 'private.tif'), 'private');
    host = idleHost(folder, { name: 'Home', path: join(folder, 'home') });
    window = new TestWindow((send) => {
      const session = host.connect(send);
      return (message) => session.receive(message);
    });
  });
  afterAll(async () => {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(Object.keys(requests) as RequestName[])('%s refuses params that are none', async (name) => {
    for (const params of [null, 'text', 7, [], { unknown: true, __proto__: null }]) {
      await expect(window.askAnything(name, params)).rejects.toMatchObject({ code: 'request-invalid' });
    }
  });

  test.each(['constructor', '__proto__', 'toString', 'host.format-disk', ''])(
    'there is no request called %j',
    async (name) => {
      await expect(window.askAnything(name, {})).rejects.toMatchObject({ code: 'request-invalid' });
    },
  );

  test.each([
    ['images.display', { project: 'p1', image: '../../etc' }],
    ['images.display', { project: '../p1', image: 'a' }],
    ['foreground.pick', { ...anEdit, pick: { kind: 'candidate', index: 5, maskSha256: '0'.repeat(64) } }],
    ['foreground.pick', { ...anEdit, pick: { kind: 'candidate', index: 1 } }],
    [
      'foreground.paint',
      { ...anEdit, on, strokes: [{ mode: 'add', radiusPx: 5, path: Float32Array.of(1) }] },
    ],
    [
      'foreground.paint',
      { ...anEdit, on, strokes: [{ mode: 'add', radiusPx: 1e9, path: Float32Array.of(1, 2) }] },
    ],
    ['foreground.paint', { ...anEdit, strokes: [{ mode: 'add', radiusPx: 5, path: Float32Array.of(1, 2) }] }],
    ['locations.edit', { ...anEdit, change: { kind: 'add', points: [1, 2] } }],
    ['locations.edit', { ...anEdit, edit: '1', change: { kind: 'add', points: Float32Array.of(1, 2) } }],
    [
      'training.start',
      {
        project: 'p1',
        preset: 'huge',
        startFrom: null,
        until: { kind: 'epochs', epochs: 1 },
        seed: 0,
        engine: 'auto',
      },
    ],
    ['host.upload', { name: 'a.tif', bytes: 'text', upload: null, last: true }],
    ['models.delete', { project: 'p1', model: '..' }],
  ])('%s refuses %j', async (name, params) => {
    await expect(window.askAnything(name, params)).rejects.toMatchObject({ code: 'request-invalid' });
  });

  test('paths that no person has chosen are refused', async () => {
    const refused = { code: 'path-not-granted' };
    await expect(window.ask('host.list', { path: folder })).rejects.toMatchObject(refused);
    await expect(window.ask('host.list', { path: join(folder, 'home', '..') })).rejects.toMatchObject(
      refused,
    );
    await expect(window.ask('host.list', { path: 'home' })).rejects.toMatchObject(refused);
    await expect(window.ask('project.open', { folder: '/etc' })).rejects.toMatchObject(refused);
    await expect(window.ask('project.create', { parent: folder, name: 'x' })).rejects.toMatchObject(refused);
    await expect(window.ask('host.reveal', { path: join(folder, 'private.tif') })).rejects.toMatchObject(
      refused,
    );
  });

  test('a part of a dropped file that is too long is refused', async () => {
    const bytes = new Uint8Array(maxUploadPartBytes + 1);
    const part = { name: 'a.tif', bytes, upload: null, last: true };
    await expect(window.ask('host.upload', part)).rejects.toMatchObject({ code: 'request-invalid' });
  });

  test.each(['../up.tif', 'a/b.tif', 'a\\b.tif', '..', '.'])(
    'a dropped file may not be called %s',
    async (name) => {
      const part = { bytes: new Uint8Array(1), upload: null, last: true };
      await expect(window.ask('host.upload', { name, ...part })).rejects.toMatchObject({
        code: 'request-invalid',
      });
    },
  );

  test('what is below a root may be listed', async () => {
    const listing = await window.ask('host.list', {});
    expect(listing).toEqual({ path: join(folder, 'home'), parent: null, entries: [] });
    const { path } = await window.ask('host.createFolder', { parent: listing.path, name: 'new' });
    expect(await window.ask('host.list', { path })).toEqual({ path, parent: listing.path, entries: [] });
    expect((await window.ask('host.list', {})).entries).toEqual([
      { name: 'new', path, kind: 'folder', bytes: 0 },
    ]);
  });

  test('a project that is not open is not there', async () => {
    await expect(window.ask('project.read', { project: 'abc' })).rejects.toMatchObject({
      code: 'project-missing',
    });
    await expect(window.ask('training.state', { project: 'abc' })).rejects.toMatchObject({
      code: 'project-missing',
    });
  });

  test('messages that are none are dropped without an answer', async () => {
    const heard: UpMessage[] = [];
    const session = host.connect((message) => heard.push(message));
    for (const message of [
      null,
      7,
      'text',
      {},
      { type: 'request' },
      { type: 'request', job: -1, name: 'x', params: {} },
      { type: 'cancel', job: 'x' },
      { type: 'result', job: 1, value: 1 },
    ]) {
      session.receive(message);
    }
    session.receive({ type: 'request', job: 1, name: 'host.settings', params: {} });
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ type: 'result', job: 1 });
    host.disconnect(session);
  });

  test('settings are remembered for the next start', async () => {
    await window.ask('host.saveSettings', { theme: 'light' });
    await window.ask('host.saveSettings', { recentFolders: ['/images'] });
    await window.ask('host.saveSettings', { language: 'de' });
    const expected = {
      theme: 'light',
      language: 'de',
      tourDone: false,
      recentFolders: ['/images'],
      pinnedFolders: [],
      updates: false,
    };
    expect(await window.ask('host.settings', {})).toEqual(expected);
    const next = new Host({ ...host.options });
    expect(await next.store.settings()).toEqual(expected);
    await next.close();
  });

  test('settings that an older program wrote are kept, and what it did not know is as at the first start', async () => {
    const data = join(folder, 'older');
    await mkdir(data);
    const settings = { theme: 'light', tourDone: true };
    await writeFile(join(data, 'application.json'), JSON.stringify({ settings, recent: [] }));
    const later = new Host({ ...host.options, dataFolder: data });
    expect(await later.store.settings()).toEqual({
      ...settings,
      language: 'system',
      recentFolders: [],
      pinnedFolders: [],
      updates: false,
    });
    await later.close();
  });
});
