import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProject } from '../../src-main/project/create-project.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('lacss restore lists the earlier versions of a project that no longer opens, and restores one', async () => {
  const folder = temporaryFolder();
  await (await createProject(folder, 'plate')).close();
  await (await openProject(folder, { purpose: 'test' })).close();
  const path = `${folder}/project.json`;
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, before.slice(0, 40));
  expect(await lacss('locate', '-p', folder)).not.toMatchObject({ exitCode: 0 });

  const { out, exitCode } = await lacss('restore', '-p', folder, '--json');
  expect(exitCode).toBe(0);
  const { result } = JSON.parse(out) as { result: { copies: { id: string }[] } };
  const [copy] = result.copies;
  expect(await lacss('restore', '-p', folder, copy!.id)).toMatchObject({ exitCode: 0 });
  expect(readFileSync(path, 'utf8')).toBe(before);
  const { out: list } = await lacss('restore', '-p', folder);
  expect(list).toContain('saved before a restore');
});
