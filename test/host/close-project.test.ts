import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject } from '../../src-main/project/create-project.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';

describe('a project that is closed', () => {
  let open: TestHost;
  let window: TestWindow;
  let folder: string;

  beforeAll(async () => {
    open = await openTestHost();
    window = open.window();
    await window.ask('project.create', { parent: open.folder, name: 'Cells' });
    folder = join(open.folder, 'Cells');
  });
  afterAll(() => open.close());

  test('is held while a window shows it, and let go with the last one', async () => {
    const other = open.window();
    const { id } = await window.ask('project.open', { folder });
    await other.ask('project.open', { folder });
    expect(await window.ask('project.close', { project: id })).toEqual({ heldBy: 'window' });
    await expect(openProject(folder, { purpose: 'a test' })).rejects.toMatchObject({
      code: 'project-in-use',
    });
    expect(await other.ask('project.close', { project: id })).toEqual({ heldBy: null });
    await expect(other.ask('project.read', { project: id })).rejects.toMatchObject({
      code: 'project-missing',
    });
    await (await openProject(folder, { purpose: 'a test' })).close();
  });

  test('is opened again as another program has left it', async () => {
    const { id } = await window.ask('project.open', { folder });
    await window.ask('project.close', { project: id });
    const elsewhere = await openProject(folder, { purpose: 'a test' });
    await elsewhere.update((manifest) => ({ ...manifest, name: 'Renamed elsewhere' }));
    await elsewhere.close();
    const again = await window.ask('project.open', { folder });
    expect(again).toMatchObject({ id, name: 'Renamed elsewhere' });
    // Requests from before the close still get answers.
    const renamed = window.ask('project.rename', { project: id, name: 'Renamed here' });
    const closed = window.ask('project.close', { project: id });
    expect((await renamed).name).toBe('Renamed here');
    expect(await closed).toEqual({ heldBy: null });
  });

  test('may be replaced by another project, also for the threads that have read the first', async () => {
    await writeTwoChannelImages(join(open.folder, 'images'), 1);
    const paths = [join(open.folder, 'images')];
    const addAndLook = async (): Promise<void> => {
      const { id } = await window.ask('project.open', { folder });
      const { added } = await window.ask('images.add', { project: id, paths, options: {} });
      // A separate thread reads the image for this.
      await window.ask('foreground.range', { project: id, image: added[0]! });
      expect(await window.ask('project.close', { project: id })).toEqual({ heldBy: null });
    };
    await addAndLook();
    await rm(folder, { recursive: true });
    await (await createProject(folder, 'a test')).close();
    await addAndLook();
  });
});
