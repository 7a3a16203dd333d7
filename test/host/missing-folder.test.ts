import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectView } from '../../src-main/contract/requests/project.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';

let tested: TestHost;
let window: TestWindow;
let project: ProjectView;
let image: string;

beforeAll(async () => {
  tested = await openTestHost();
  window = tested.window();
  await writeTwoChannelImages(join(tested.folder, 'images'), 1);
  project = await window.ask('project.create', { parent: tested.folder, name: 'plate' });
  const { added } = await window.ask('images.add', {
    project: project.id,
    paths: [join(tested.folder, 'images')],
    options: {},
  });
  image = added[0]!;
});
afterAll(() => tested.close());

test('every window is told when the folder goes; edits and readings are refused; all goes on when it is back', async () => {
  const moved = join(tested.folder, 'moved');
  const gone = window.next('project.reachable');
  renameSync(project.folder, moved);
  expect(await gone).toEqual({ project: project.id, reachable: false, folder: project.folder });

  const refused = { code: 'project-unreachable', subject: project.folder };
  const edit = { project: project.id, edit: randomUUID(), images: [image], excluded: true };
  const display = { project: project.id, display: project.display };
  await expect(window.ask('images.change', edit)).rejects.toMatchObject(refused);
  await expect(window.ask('display.save', display)).rejects.toMatchObject(refused);
  await expect(window.ask('project.rename', { project: project.id, name: 'b' })).rejects.toMatchObject(
    refused,
  );
  await expect(window.ask('foreground.read', { project: project.id, image })).rejects.toMatchObject(refused);
  await expect(window.ask('project.open', { folder: project.folder })).rejects.toMatchObject(refused);
  expect(existsSync(project.folder)).toBe(false);

  const back = window.next('project.reachable');
  const changed = window.next('project.changed');
  renameSync(moved, project.folder);
  expect(await back).toMatchObject({ reachable: true });
  await changed;
  expect(await window.ask('images.change', edit)).toMatchObject([{ id: image, excluded: true }]);
  expect(readdirSync(project.folder)).not.toContain('display.json');
});

test('an edit that arrives before anybody has noticed is refused too, and makes no folder', async () => {
  const moved = join(tested.folder, 'moved');
  renameSync(project.folder, moved);
  await expect(
    window.ask('images.change', {
      project: project.id,
      edit: randomUUID(),
      images: [image],
      excluded: false,
    }),
  ).rejects.toMatchObject({ code: 'project-unreachable' });
  expect(existsSync(project.folder)).toBe(false);
  renameSync(moved, project.folder);
});
