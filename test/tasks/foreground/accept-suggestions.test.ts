import { afterEach, expect, test, vi } from 'vitest';
import type { ImageEntry } from '../../../src-main/contract/project-files.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { aheadThread, demandThread } from '../../../src-main/tasks/annotation-threads.ts';
import { candidatesOf } from '../../../src-main/tasks/foreground/candidate-desk.ts';
import { acceptSuggestions } from '../../../src-main/tasks/foreground/edit-foreground.ts';
import { findLocationsOf } from '../../../src-main/tasks/locations/edit-locations.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control, smallProject } from '../small-project.ts';

const imagesOf = (spy: { mock: { calls: unknown[][] } }): unknown[] =>
  spy.mock.calls.map(([, params]) => (params as { image: string }).image);

afterEach(() => {
  vi.restoreAllMocks();
});

async function fields(count: number): Promise<{ project: Project; images: readonly ImageEntry[] }> {
  const project = await smallProject(temporaryFolder(), count);
  return { project, images: project.manifest.images };
}

test('an image on the screen does not wait for work on many images', async () => {
  const { project, images } = await fields(4);
  const shown = vi.spyOn(demandThread, 'run');
  const others = vi.spyOn(aheadThread, 'run');
  const { signal } = control;
  // The person opens the last image, and the window asks for all others.
  const candidates = candidatesOf(project, images[3]!, signal);
  const accepting = acceptSuggestions(project, 0, control);
  await candidates;
  expect(imagesOf(shown)).toEqual([images[3]!.id]);
  expect(others).not.toHaveBeenCalled();
  expect((await accepting).accepted).toEqual(images.map(({ id }) => id));
  // The last one was computed before.
  expect(imagesOf(others)).toEqual(images.slice(0, 3).map(({ id }) => id));
  expect(shown).toHaveBeenCalledTimes(1);
  await project.close();
});

test('a cancel ends the work on many images at once, and what was done is told and kept', async () => {
  const { project, images } = await fields(3);
  const others = vi.spyOn(aheadThread, 'run');
  const stop = new AbortController();
  const told: string[] = [];
  const accepting = acceptSuggestions(project, 0, { ...control, signal: stop.signal }, undefined, (image) => {
    told.push(image);
    stop.abort();
    return Promise.resolve();
  });
  await expect(accepting).rejects.toMatchObject({ code: 'cancelled' });
  expect(told).toEqual([images[0]!.id]);
  expect(imagesOf(others)).toEqual(told);
  const states = await Promise.all(images.map((image) => project.annotation(image).view()));
  expect(states.map(({ state }) => state.foreground !== null)).toEqual([true, false, false]);
  await project.close();
});

test('points of many images are found when nobody waits, those of one image now', async () => {
  const { project, images } = await fields(3);
  const ids = images.map(({ id }) => id);
  const now = vi.spyOn(demandThread, 'run');
  const others = vi.spyOn(aheadThread, 'run');
  const request = { project: '', scope: 'project', keepByHand: true, edit: 'a' } as const;
  const told: string[] = [];
  await findLocationsOf(project, { ...request, images: ids }, control, (image) => {
    told.push(image);
    return Promise.resolve();
  });
  expect([told, imagesOf(others), imagesOf(now)]).toEqual([ids, ids, []]);
  await findLocationsOf(project, { ...request, images: [ids[1]!], edit: 'b' }, control);
  expect(imagesOf(now)).toEqual([ids[1]]);
  await project.close();
});
