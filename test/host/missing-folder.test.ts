import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import { plugIn } from '../fixtures/small-disk.ts';
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

test('a training and a segmenting wait while the folder is missing, say so, and go on when it is back', async () => {
  const moved = join(tested.folder, 'moved');
  const scope = { project: project.id };
  const pick = { kind: 'candidate', index: 2 } as const;
  const { candidates } = await window.ask('foreground.candidates', { ...scope, image });
  const { maskSha256 } = candidates[2]!;
  await window.ask('images.change', { ...scope, edit: randomUUID(), images: [image], excluded: false });
  await window.ask('foreground.pick', {
    ...scope,
    image,
    edit: randomUUID(),
    pick: { ...pick, maskSha256 },
  });
  const find = { scope: 'project', keepByHand: true } as const;
  await window.ask('locations.find', { ...scope, edit: randomUUID(), images: [image], ...find });

  const begun = window.next('training.state', ({ model }) => model !== null);
  await window.ask('training.start', {
    ...scope,
    preset: 'tiny',
    startFrom: null,
    until: { kind: 'epochs', epochs: 50 },
    seed: 1,
    engine: 'auto',
  });
  await begun;
  const waiting = window.next('training.state', ({ message }) => message.includes('folder is missing'));
  renameSync(project.folder, moved);
  expect(await waiting).toMatchObject({ phase: 'preparing', failure: null });
  const going = window.next('training.steps');
  renameSync(moved, project.folder);
  await going;
  const stopped = window.next('training.state', ({ phase }) => phase === 'stopped');
  await window.ask('training.stop', scope);
  const { model, failure } = await stopped;
  expect(failure).toBeNull();

  // Work that waits for the folder can be paused, though the project accepts no other request.
  await window.ask('training.resume', scope);
  const waitsAgain = window.next('training.state', ({ message }) => message.includes('folder is missing'));
  renameSync(project.folder, moved);
  await waitsAgain;
  const paused = window.next('training.state', ({ phase }) => phase === 'paused');
  await window.ask('training.pause', scope);
  await paused;
  const isThere = window.next('project.reachable', ({ reachable }) => reachable);
  renameSync(moved, project.folder);
  await isThere;

  const isDone = window.next('segment.queue', ({ phase }) => ['finished', 'failed'].includes(phase));
  const isGone = window.next('project.reachable', ({ reachable }) => !reachable);
  await window.ask('segment.start', {
    ...scope,
    model: model!,
    what: { kind: 'images', images: [image] },
    skipDone: false,
  });
  renameSync(project.folder, moved);
  await isGone;
  renameSync(moved, project.folder);
  expect(await isDone).toMatchObject({ phase: 'finished', done: 1, failed: 0 });
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

test('a drive that is unplugged takes its project away, and nothing is written where it was', async ({
  skip,
}) => {
  const drive = join(tested.folder, 'drive');
  const media = join(tested.folder, 'media');
  mkdirSync(drive);
  mkdirSync(media);
  const unplug = plugIn(drive, media);
  if (typeof unplug === 'string') return skip(`Nothing can be mounted here: ${unplug}`);
  try {
    const { id, folder } = await window.ask('project.create', { parent: media, name: 'plate' });
    const rename = { project: id, name: 'renamed' };
    const gone = window.next('project.reachable', ({ project: told }) => told === id);
    unplug();
    expect(await gone).toEqual({ project: id, reachable: false, folder });
    await expect(window.ask('project.rename', rename)).rejects.toMatchObject({ code: 'project-unreachable' });
    expect(readdirSync(media)).toEqual([]);

    const back = window.next('project.reachable', ({ project: told }) => told === id);
    plugIn(drive, media);
    expect(await back).toMatchObject({ reachable: true });
    expect(await window.ask('project.rename', rename)).toMatchObject({ name: 'renamed' });
    expect(readdirSync(join(drive, 'plate'))).toContain('project.json');
    await window.ask('project.close', { project: id });
  } finally {
    unplug();
  }
});
