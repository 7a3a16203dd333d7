import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { readLocations } from '../../../src-main/tasks/locations/read-locations.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTemplate, openWindow } from './test-window.ts';
import type { TestWindow } from './test-window.ts';

vi.mock('../../../src-main/tasks/annotation-threads.ts', () => import('./threads-in-process.ts'));

const template = temporaryFolder();
beforeAll(() => makeTemplate(template));
const open = (): Promise<TestWindow> => openWindow(template, join(temporaryFolder(), 'copy'));

test('undo during a trial of settings undoes its changes one by one, and no saved point', async () => {
  const { project, drain } = await open();
  const { locations } = project;
  const image = project.currentId!;
  const saved = locations.view.of(image)!;
  const settings = locations.settingsOf(image);
  const tries = [{ px: 3 }, { px: 5 }].map((sigma) => ({ ...settings, sigma }));
  for (const tried of tries) {
    // The slider moves, and is released.
    locations.try(image, { ...tried, thresholdFactor: 2 }, true);
    locations.try(image, tried, false);
  }
  await drain();
  void project.undo();
  expect(locations.trial?.settings).toEqual(tries[0]);
  void project.redo();
  void project.undo();
  expect(locations.trial).toBeNull();
  expect(locations.settingsOf(image)).toEqual(settings);
  await drain();
  expect(locations.view.of(image)).toEqual(saved);
});

test('a trial whose image was left is asked about, and then dropped or applied to that image', async () => {
  const { project, drain, host, failures } = await open();
  const { locations } = project;
  const [first, second] = project.images.map(({ id }) => id) as [string, string];
  const settings = { ...locations.settingsOf(first), sigma: { px: 3 } };
  const before = await readLocations(await host.readDisk(), first);
  for (const apply of [false, true]) {
    locations.try(first, settings, false);
    await drain();
    project.show(second);
    await drain();
    expect([locations.trial, locations.left?.image]).toEqual([null, first]);
    const settled = locations.settleLeft(apply);
    await drain();
    await settled;
    expect(failures).toEqual([]);
    expect(locations.left).toBeNull();
    const after = await readLocations(await host.readDisk(), first);
    if (apply) expect(after).toMatchObject({ own: true, settings: { sigma: { px: 3 } } });
    else expect(after).toEqual(before);
    project.show(first);
    await drain();
  }
});

test('settings that were only looked at are no trial to ask about', async () => {
  const { project, drain } = await open();
  const { locations } = project;
  const image = project.currentId!;
  locations.try(image, { ...locations.settingsOf(image) }, false);
  project.show(project.images[1]!.id);
  await drain();
  expect(locations.left).toBeNull();
});

test('after the last cell of an image comes the first of the next, and the other way round', async () => {
  const { project, drain } = await open();
  const { review } = project;
  const [first, second] = project.images.map(({ id }) => id) as [string, string];
  const inOrder = [...review.order];
  for (const id of inOrder) expect(review.step(1)).toBe(id);
  expect(review.step(1)).toBeNull();
  expect(project.currentId).toBe(second);
  expect(review.arrive()).toBeNull();
  await drain();
  expect(review.arrive()).toBe(review.order[0]);
  expect(review.step(-1)).toBeNull();
  expect(project.currentId).toBe(first);
  await drain();
  expect(review.arrive()).toBe(inOrder.at(-1));
  // There is nothing before the first image.
  review.select(inOrder[0]!);
  expect(review.step(-1)).toBe(inOrder[0]);
  expect(project.currentId).toBe(first);
});

test('work on all images begins with the image that is looked at', async () => {
  const { project, drain } = await open();
  const [first, second] = project.images.map(({ id }) => id);
  project.show(second!);
  await drain();
  const asked = vi.spyOn(project, 'ask');
  void project.segment.startOnImages(project.workingFromHere.map(({ id }) => id));
  expect(asked).toHaveBeenCalledWith(
    'segment.start',
    expect.objectContaining({ what: { kind: 'images', images: [second, first] } }),
  );
});

test('the count of cells to review comes to its end, also where some are below the minimum score', async () => {
  const { project, drain } = await open();
  const { review } = project;
  const total = review.shown!.ids.length;
  review.changeSettings({ minScore: 0.75 });
  expect(review.counts).toMatchObject({ found: total - 1, belowScore: 1 });
  review.acceptRest();
  await drain();
  expect(review.counts).toMatchObject({ found: 0, accepted: total - 1, belowScore: 1 });
});

test('an edit that changes no mark of an image leaves the image as it is: nothing is painted for it', async () => {
  const { project } = await open();
  const { current, images } = project;
  void project.review.edit({ kind: 'smooth', ids: [1] });
  expect(project.edits.count).toBe(1);
  expect(project.current).toBe(current);
  expect(project.images).toEqual(images);
});

test('a custom threshold starts at the suggestion, whose foreground is shown at once', async () => {
  const { project, drain } = await open();
  const { foreground } = project;
  const offered = foreground.candidates(project.current!)!;
  const suggestion = offered.candidates[offered.best]!;
  void foreground.startOwnThreshold();
  await drain();
  expect(foreground.ownThreshold).toMatchObject({
    threshold: suggestion.threshold,
    shown: suggestion.threshold,
    preview: { maskSha256: suggestion.maskSha256 },
  });
});

test('undo says what it undid, and that there was nothing', async () => {
  const { project, drain } = await open();
  project.locations.add(20, 30);
  await drain();
  void project.undo();
  await drain();
  expect(project.lastStep).toMatch(/^Undone: .*point/i);
  void project.undo();
  void project.undo();
  void project.undo();
  await drain();
  expect(project.lastStep).toBe('Nothing to undo');
  project.dispose();
});
