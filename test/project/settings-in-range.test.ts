import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usualLocationSettings } from '../../src-main/contract/project-files.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { listManifestCopies } from '../../src-main/project/manifest-copies.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A project whose settings an earlier version, or a text editor, has written. */
async function projectWith(settings: object): Promise<string> {
  const project = await createProject(join(temporaryFolder(), 'p'), 'old');
  await project.close();
  const path = project.path('project.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { settings: object };
  writeFileSync(path, JSON.stringify({ ...manifest, settings: { ...manifest.settings, ...settings } }));
  return project.folder;
}

const foreground = { feature: 'auto', method: 'graph-cut', presets: [0.5, 0.8, 1, 2, 5000] };
const locations = { sigma: { px: 1e9 }, logIntensity: true, thresholdFactor: -3 };

test('settings beyond their ranges are brought into them, with a notice each, once', async () => {
  const folder = await projectWith({ foreground, locations, review: { minScore: 7 } });
  const project = await openProject(folder, { purpose: 'testing' });
  expect(project.manifest.settings).toEqual({
    foreground: { ...foreground, presets: [0.5, 0.8, 1, 2, 1000] },
    locations: { ...usualLocationSettings, ...locations, sigma: { px: 200 }, thresholdFactor: 0 },
    review: { minScore: 1 },
  });
  expect(project.notices.sort()).toEqual([
    'The setting foreground.presets.4 was 5000. It is 1000 now.',
    'The setting locations.sigma.px was 1000000000. It is 200 now.',
    'The setting locations.thresholdFactor was -3. It is 0 now.',
    'The setting review.minScore was 7. It is 1 now.',
  ]);
  await project.close();
  // The original file is kept.
  const copies = await listManifestCopies(folder);
  expect(copies.map(({ kind }) => kind)).toContain('migrated');
  const again = await openProject(folder, { purpose: 'testing' });
  expect(again.notices).toEqual([]);
  await again.close();
});

test('read-only opening shows the same settings', async () => {
  const folder = await projectWith({ locations });
  const project = await openProject(folder, { purpose: 'testing', access: 'read' });
  expect(project.manifest.settings.locations.sigma).toEqual({ px: 200 });
  await project.close();
});

test.each([
  [{ locations: { ...locations, sigma: 'wide' } }],
  [{ locations: { ...locations, sigma: { px: 0 } } }],
  [{ locations: { ...locations, thresholdFactor: 'three' } }],
])('what is no number in a range is still refused: %j', async (settings) => {
  const folder = await projectWith(settings);
  await expect(openProject(folder, { purpose: 'testing' })).rejects.toMatchObject({
    code: 'project-damaged',
  });
});
