import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { locationActions } from '../../../src-renderer/stages/locations/location-actions.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTemplate, openWindow } from './test-window.ts';

test('a key adds a point at the centre of the view only once the image is loaded', async () => {
  const template = temporaryFolder();
  await makeTemplate(template);
  const { project, drain } = await openWindow(template, join(temporaryFolder(), 'copy'));
  const add = locationActions(project).actions.find(({ keys }) => keys.includes('p'))!;
  const count = () => project.locations.view.of(project.currentId)!.ids.length;
  expect(count()).toBe(3);
  add.run();
  await drain();
  expect(count()).toBe(3);

  const loaded = { id: '1', height: 64, width: 64, levels: 1, channels: 1, tile: () => Promise.reject() };
  vi.spyOn(project.display, 'source').mockReturnValue(loaded);
  Object.assign(project.camera, { y: 20, x: 30 });
  add.run();
  await drain();
  expect(count()).toBe(4);
});
