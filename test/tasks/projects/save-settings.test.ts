import { expect, test } from 'vitest';
import { createProject } from '../../../src-main/project/create-project.ts';
import { renameProject } from '../../../src-main/tasks/projects/rename-project.ts';
import { saveSettings } from '../../../src-main/tasks/projects/save-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

test('one group of settings is saved, the others stay; a project is renamed', async () => {
  const folder = `${temporaryFolder()}/project`;
  const project = await createProject(folder, 'a test', 'Before');
  const { settings } = project.manifest;
  const foreground = { ...settings.foreground, feature: 'local-contrast' } as const;
  const review = { ...settings.review, minScore: 0.75 };
  await Promise.all([
    saveSettings(project, 'foreground', foreground),
    saveSettings(project, 'review', review),
    renameProject(project, 'After'),
  ]);
  const { name, settings: saved } = await project.reload();
  expect({ name, saved }).toEqual({ name: 'After', saved: { ...settings, foreground, review } });
  await project.close();
});
