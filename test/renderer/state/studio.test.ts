import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DownMessage, UpMessage } from '../../../src-main/contract/messages.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { Studio } from '../../../src-renderer/state/studio.svelte.ts';
import { stages } from '../../../src-renderer/state/stage.ts';
import { openTestHost } from '../../fixtures/test-host.ts';
import type { TestHost } from '../../fixtures/test-host.ts';
import { writeTwoChannelImages } from '../../fixtures/two-channel-images.ts';

let tested: TestHost;
let studio: Studio;
let folder: string;
let moved: string;

beforeAll(async () => {
  tested = await openTestHost();
  folder = join(tested.folder, 'plate');
  moved = join(tested.folder, 'moved');
  await (await createProject(folder, 'a test')).close();
  await writeTwoChannelImages(join(tested.folder, 'images'), 1);
  stubPage(tested);
  studio = new Studio();
  await vi.waitFor(() => expect(studio.ready).toBe(true));
  expect(studio.failures).toEqual([]);
  await studio.openProject(folder);
  const { project } = studio;
  await project!.ask('images.add', { paths: [join(tested.folder, 'images')], options: {} });
  await vi.waitFor(() => expect(project!.images).toHaveLength(1));
});
afterAll(async () => {
  await tested.close();
  vi.unstubAllGlobals();
});

/** The window's state needs little of its page: Electron's bridge to a real host, and little more. */
function stubPage({ host }: TestHost): void {
  let receive: (message: UpMessage) => void = () => undefined;
  const session = host.connect((message) => setImmediate(() => receive(message)));
  const lacss = {
    send: (message: DownMessage) => session.receive(message),
    receive: (callback: (message: UpMessage) => void) => {
      receive = callback;
      return () => undefined;
    },
  };
  const media = { matches: false, addEventListener: () => undefined };
  vi.stubGlobal('window', { lacss });
  vi.stubGlobal('location', { hash: '' });
  vi.stubGlobal('history', { state: null });
  vi.stubGlobal('matchMedia', () => media);
  vi.stubGlobal('navigator', { languages: ['en'] });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal('document', { documentElement: { dataset: {} }, title: '', baseURI: 'app://studio/' });
}

/** Sets or clears the image's use for validation, once that can be saved. */
function change(validation: boolean): Promise<unknown> {
  const project = studio.project!;
  return project.edits.askOnce('images.change', { images: [project.currentId!], validation });
}

/** The images of the project that is in the folder. */
function savedImages(): unknown {
  return (JSON.parse(readFileSync(join(folder, 'project.json'), 'utf8')) as { images: unknown }).images;
}

test('the errors of images that were not allowed go once they are allowed, others stay', async () => {
  const failure = { code: 'disk-full', message: 'Full' } as const;
  studio.report({ ...failure, code: 'path-not-granted' });
  studio.report(failure);
  await studio.project!.allowSources();
  expect(studio.failures).toEqual([failure]);
  studio.dismissAll('disk-full');
});

test('the tour follows a user who goes ahead, and waits for one who looks back', () => {
  studio.startTour();
  studio.goTo('train');
  expect(studio.tourStep).toBe(stages.indexOf('train'));
  studio.goTo('images');
  expect(studio.tourStep).toBe(stages.indexOf('train'));
  studio.tourStep = null;
  studio.goTo('foreground');
  expect(studio.tourStep).toBeNull();
});

test('edits wait while the folder is gone, also while another project is in its place, and do not go there', async () => {
  const { id } = studio.project!;
  renameSync(folder, moved);
  await vi.waitFor(() => expect(studio.missingFolder).toBe(folder));
  const saved = change(true);
  const other = await createProject(join(tested.folder, 'other'), 'a test');
  await other.close();
  renameSync(join(tested.folder, 'other'), folder);

  // Another window opens the project that is there now. The host has closed the project of this window.
  const window = tested.window();
  const found = await window.ask('project.open', { folder });
  expect(found.id).not.toBe(id);
  expect(studio.project!.edits.count).toBe(1);
  expect(studio.missingFolder).toBe(folder);
  await window.ask('project.close', { project: found.id });
  expect(savedImages()).toEqual([]);

  rmSync(folder, { recursive: true });
  renameSync(moved, folder);
  await saved;
  expect(studio.missingFolder).toBeNull();
  expect(studio.project!.images).toMatchObject([{ validation: true }]);
});

test('a project is left with its edits saved; where they cannot be saved, the user is asked', async () => {
  const saved = change(false);
  renameSync(folder, moved);
  await vi.waitFor(() => expect(studio.missingFolder).toBe(folder));
  const unsaved = change(true);
  const closing = studio.closeProject();
  expect(studio.unsaved.count).toBeGreaterThan(0);
  studio.unsaved.answer(false);
  await closing;
  expect(studio.project).not.toBeNull();
  renameSync(moved, folder);
  await Promise.all([saved, unsaved]);

  const last = change(false);
  await vi.waitFor(() => expect(studio.missingFolder).toBeNull());
  await studio.closeProject();
  await last;
  expect(studio.project).toBeNull();
  expect(savedImages()).toMatchObject([{ validation: false }]);
});
