import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OpenProjects } from '../../src-main/host/open-projects.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { openProject } from '../../src-main/project/open-project.ts';

let folder: string;
let projects: OpenProjects;
let isBusy: boolean;
const closed: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lacss-open-projects-'));
  isBusy = false;
  closed.length = 0;
  projects = new OpenProjects({
    onReachable: () => undefined,
    isBusy: () => isBusy,
    grants: () => [],
    allowedSources: () => Promise.resolve([]),
    onClose: async ({ id }) => void closed.push(id),
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await projects.close();
  await rm(folder, { recursive: true, force: true });
});

async function makeProject(name: string): Promise<string> {
  await (await createProject(join(folder, name), 'a test')).close();
  return join(folder, name);
}

test('another project in the place of a missing one is opened, under another id, and is not harmed', async () => {
  const place = await makeProject('plate');
  const first = await projects.open(place);
  await rename(place, join(folder, 'moved'));
  const gone = { code: 'project-unreachable' };
  await expect(projects.open(place)).rejects.toMatchObject(gone);
  await rename(await makeProject('other'), place);
  await expect(projects.requireThere(place, first.id)).rejects.toMatchObject(gone);
  const second = await projects.open(place);
  expect(second.id).not.toBe(first.id);
  expect(closed).toEqual([first.id]);
  expect(() => projects.get(first.id)).toThrow(expect.objectContaining({ code: 'project-missing' }));
  await projects.requireThere(place, second.id);
  await second.project.update((manifest) => ({ ...manifest, name: 'second' }));

  // The first one can be opened at its present place. After it is moved back, it is the same project again.
  await (await openProject(join(folder, 'moved'), { purpose: 'a test' })).close();
  await rename(place, join(folder, 'second'));
  await rename(join(folder, 'moved'), place);
  expect((await projects.open(place)).id).toBe(first.id);
});

test('a project is closed whatever becomes of the opening of another', async () => {
  const place = await makeProject('plate');
  const held = await projects.open(place);
  const failed = expect(projects.open(join(folder, 'missing'))).rejects.toMatchObject({
    code: 'project-missing',
  });
  await projects.letGo(held);
  await failed;
  await (await openProject(place, { purpose: 'a test' })).close();
});

test('a project is opened again while it is being closed', async () => {
  const place = await makeProject('plate');
  const held = await projects.open(place);
  const closing = projects.letGo(held);
  const again = await projects.open(place);
  await closing;
  expect(again).not.toBe(held);
  expect(projects.get(again.id)).toBe(again);
});

test('a project that no window shows is closed after a while, but not during a job', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const place = await makeProject('plate');
  const held = await projects.open(place);
  projects.enter(held, 1);
  projects.enter(held, 2);
  projects.leave(1);
  vi.advanceTimersByTime(60_000);
  expect(projects.find(held.id)).toBe(held);
  isBusy = true;
  projects.leave(2);
  vi.advanceTimersByTime(60_000);
  expect(projects.find(held.id)).toBe(held);
  isBusy = false;
  // These checks of the folder are real, so they run one after the other.
  await vi.waitFor(() => {
    vi.advanceTimersByTime(1000);
    expect(closed).toEqual([held.id]);
  });
});
