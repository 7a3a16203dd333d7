import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost } from '../fixtures/test-host.ts';

let opened: TestHost;
beforeEach(async () => (opened = await openTestHost()));
afterEach(() => opened.close());

test('a window restores an open project, and one that is damaged', async () => {
  const window = opened.window();
  const { id, folder } = await window.ask('project.create', { parent: opened.folder, name: 'first' });
  await window.ask('project.rename', { project: id, name: 'second' });
  const [copy] = await window.ask('project.copies', { folder });
  expect(copy).toMatchObject({ kind: 'recent', name: 'first', images: 0 });
  const changed = window.next('project.changed');
  expect(await window.ask('project.restore', { folder, copy: copy!.id })).toMatchObject({
    id,
    name: 'first',
  });
  await changed;
  // The imaging process has it too, and can still change it.
  expect(await window.ask('project.rename', { project: id, name: 'third' })).toMatchObject({ name: 'third' });
  await opened.host.projects.close();

  // A host that starts later finds it damaged.
  const other = await openTestHost({ projectFolder: folder });
  const later = other.window();
  writeFileSync(join(folder, 'project.json'), '{');
  await expect(later.ask('project.open', { folder })).rejects.toMatchObject({ code: 'project-damaged' });
  const copies = await later.ask('project.copies', { folder });
  expect(copies.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['replaced second', 'recent first']);
  expect(await later.ask('project.restore', { folder, copy: copies[0]!.id })).toMatchObject({
    name: 'second',
  });
  await other.close();
});
