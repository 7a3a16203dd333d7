import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createProject } from '../../../src-main/project/create-project.ts';
import { copyDropped } from '../../../src-main/tasks/images/copy-dropped.ts';
import { droppedFolder } from '../../../src-main/tasks/images/dropped-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

mkdirSync(dirname(droppedFolder), { recursive: true });
const dropped = mkdtempSync(droppedFolder);
afterEach(() => rmSync(dropped, { recursive: true, force: true }));

test('a dropped file is copied into the project once, and never over another of its name', async () => {
  const folder = temporaryFolder();
  const project = await createProject(join(folder, 'project'), 'test');
  mkdirSync(dropped, { recursive: true });
  const path = join(dropped, 'field.ome.tif');
  // More than one piece.
  const content = Buffer.alloc(9_000_001, 'abc');
  writeFileSync(path, content);
  const [first] = await copyDropped(project, [path]);
  expect(basename(first!)).toBe('field.ome.tif');
  expect(Buffer.compare(readFileSync(first!), content)).toBe(0);
  expect(await copyDropped(project, [path])).toEqual([first]);
  writeFileSync(path, 'another');
  const [second] = await copyDropped(project, [path]);
  expect(basename(second!)).toBe('field-2.ome.tif');
  expect(readFileSync(second!, 'utf8')).toBe('another');
  expect(readdirSync(project.path('images')).sort()).toEqual(['field-2.ome.tif', 'field.ome.tif']);
});
