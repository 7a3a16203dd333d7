import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { removeImages, restoreImages } from '../../../src-main/tasks/images/change-images.ts';
import { describeProject } from '../../../src-main/tasks/images/describe-project.ts';
import { hasPipes, makePipe } from '../../fixtures/make-pipe.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control, smallProject } from '../small-project.ts';

let folder: string;
const reopen = (): Promise<Project> => openProject(folder, { purpose: 'test' });

/** Three images. Two of them were removed, each in another opening. */
beforeEach(async () => {
  const first = await smallProject(temporaryFolder(), 3);
  folder = first.folder;
  await first.close();
  for (const id of ['field-3', 'field-1']) {
    const project = await reopen();
    await removeImages(project, [id]);
    await project.close();
  }
});

test.each([
  ['is no JSON', (text: string) => text.slice(0, -20)],
  ['has one damaged entry', (text: string) => text.replace('"index": 2', '"index": "two"')],
  ['is something else', () => '{}'],
])('images can be restored though removed.json %s, and the damaged file is kept', async (_, change) => {
  const path = `${folder}/removed.json`;
  const damaged = change(readFileSync(path, 'utf8'));
  writeFileSync(path, damaged);
  const project = await reopen();
  const { removed, notices } = await describeProject(project);
  expect([...removed].sort()).toEqual(['field-1', 'field-3']);
  expect(notices).toEqual([
    expect.stringContaining('removed.json was damaged. 2 removed images were found again'),
  ]);
  const [aside] = readdirSync(folder).filter((name) => name.startsWith('removed-damaged-'));
  expect(readFileSync(`${folder}/${aside}`, 'utf8')).toBe(damaged);
  await restoreImages(project, ['field-1', 'field-3']);
  expect(project.manifest.images.map(({ id }) => id)).toEqual(['field-1', 'field-2', 'field-3']);
  await project.close();
});

test('removing another image does not forget those of a damaged file', async () => {
  writeFileSync(`${folder}/removed.json`, '[');
  const project = await reopen();
  await removeImages(project, ['field-2']);
  expect([...(await describeProject(project)).removed].sort()).toEqual(['field-1', 'field-2', 'field-3']);
  await project.close();
});

test.skipIf(!hasPipes)(
  'a pipe in place of removed.json is named, and the images are found again',
  async () => {
    rmSync(`${folder}/removed.json`);
    makePipe(`${folder}/removed.json`);
    const project = await reopen();
    const { removed, notices } = await describeProject(project);
    expect([...removed].sort()).toEqual(['field-1', 'field-3']);
    expect(notices[0]).toContain('removed.json cannot be read');
    await project.close();
  },
);

test('a new image takes over neither a removed image nor a folder that was left behind', async () => {
  const project = await reopen();
  mkdirSync(`${folder}/annotations/Field-1-2`, { recursive: true });
  mkdirSync(`${folder}/predictions/some-model/field-1-3`, { recursive: true });
  await addImages(
    project,
    { paths: [`${folder}/../images/field-1.tif`, `${folder}/../images/field-3.tif`] },
    control,
  );
  expect(project.manifest.images.map(({ id }) => id)).toEqual(['field-2', 'field-1-4', 'field-3-2']);
  await restoreImages(project, ['field-1', 'field-3']);
  const ids = project.manifest.images.map(({ id }) => id);
  expect([...ids].sort()).toEqual(['field-1', 'field-1-4', 'field-2', 'field-3', 'field-3-2']);
  // The images that were added meanwhile keep their names.
  expect(new Set(project.manifest.images.map(({ name }) => name)).size).toBe(5);
  expect(project.image('field-1-4').name).toBe('field-1');
  await project.close();
});
