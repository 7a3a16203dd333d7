import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';
import { control } from '../tasks/small-project.ts';

let tested: TestHost;
let window: TestWindow;
let project: ProjectView;
/** Not below the folders that the window may use. */
const elsewhere = temporaryFolder();

/** A project that names images in another folder, as one from a stranger may. */
async function strangersProject(folder: string): Promise<void> {
  await writeTwoChannelImages(elsewhere, 1);
  const made = await createProject(folder, 'a test');
  await addImages(made, { paths: [elsewhere] }, control);
  await made.close();
}

beforeAll(async () => {
  tested = await openTestHost();
  window = tested.window();
  await strangersProject(join(tested.folder, 'plate'));
  project = await window.ask('project.open', { folder: join(tested.folder, 'plate') });
});
afterAll(() => tested.close());

test('a project reads no image outside the granted folders before a person has allowed it', async () => {
  const image = project.images[0]!;
  const scope = { project: project.id, image: image.id };
  const refused = { code: 'path-not-granted' };
  expect(project.sourcesToAllow).toEqual([elsewhere]);
  expect(image.failure).toMatchObject(refused);
  await expect(window.ask('foreground.candidates', scope)).rejects.toMatchObject(refused);
  await expect(window.ask('foreground.range', scope)).rejects.toMatchObject(refused);

  // A window allows only what the project names.
  await window.ask('project.allowSources', { project: project.id, folders: ['/', join(elsewhere, '..')] });
  await expect(window.ask('foreground.candidates', scope)).rejects.toMatchObject(refused);

  const changed = window.next('project.changed');
  await window.ask('project.allowSources', { project: project.id, folders: project.sourcesToAllow });
  await changed;
  const after = await window.ask('project.read', { project: project.id });
  expect(after).toMatchObject({ sourcesToAllow: [], images: [{ failure: null }] });
  expect((await window.ask('foreground.candidates', scope)).candidates).toHaveLength(5);
});

test('what was allowed once, and what a person adds, is not asked for again', async () => {
  await window.ask('project.close', { project: project.id });
  expect(await window.ask('project.open', { folder: project.folder })).toMatchObject({ sourcesToAllow: [] });

  const chosen = temporaryFolder();
  await writeTwoChannelImages(chosen, 1);
  tested.host.grants.grant(chosen);
  const single = temporaryFolder();
  // The first has the same content as the one in the folder, and is skipped.
  await writeTwoChannelImages(single, 2);
  const files = (await readdir(single)).map((name) => join(single, name));
  for (const file of files) tested.host.grants.grant(file);
  const own = await window.ask('project.create', { parent: tested.folder, name: 'own' });
  await window.ask('images.add', { project: own.id, paths: [chosen, ...files], options: {} });
  await tested.host.close();
  // A restarted host has granted nothing yet.
  const next = await openTestHost({ dataFolder: tested.host.options.dataFolder });
  next.host.grants.grant(own.folder);
  const again = await next.window().ask('project.open', { folder: own.folder });
  expect(again).toMatchObject({ sourcesToAllow: [], images: [{ failure: null }, { failure: null }] });
  await next.close();
});
