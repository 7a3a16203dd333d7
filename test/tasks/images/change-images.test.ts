import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { describeProject } from '../../../src-main/tasks/images/describe-project.ts';
import { stepHistory } from '../../../src-main/tasks/edits/step-history.ts';
import { faults } from '../../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { smallProject } from '../small-project.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

const template = temporaryFolder();
beforeAll(async () => (await smallProject(template, 3)).close());
beforeEach(() => faults.reset());

async function openCopy(): Promise<Project> {
  const folder = temporaryFolder();
  cpSync(template, folder, { recursive: true });
  return openProject(join(folder, 'project'), { purpose: 'test', access: 'shared' });
}

const idsOf = (project: Project): string[] => project.manifest.images.map(({ id }) => id);

/** How often an image can be undone, by the titles of its steps. */
async function stepsOf(project: Project, image: string): Promise<string[]> {
  const titles: string[] = [];
  for (;;) {
    const { done } = await stepHistory(project, image, 'undo', randomUUID());
    if (done === null) return titles;
    titles.push(done);
  }
}

test('a change of many images is one step of undo for each, and is made once however often it is asked for', async () => {
  const project = await openCopy();
  const change = { edit: randomUUID(), images: idsOf(project), excluded: true };
  await changeImages(project, change);
  const [first] = idsOf(project);
  await stepHistory(project, first!, 'undo', randomUUID());
  await changeImages(project, change);
  // The repeated change must not exclude an image that a person has included meanwhile.
  expect(project.manifest.images.map(({ included }) => included)).toEqual([true, false, false]);
  const again = await openProject(project.folder, { purpose: 'test', access: 'shared' });
  await changeImages(again, change);
  expect(again.manifest.images.map(({ included }) => included)).toEqual([true, false, false]);
  for (const image of idsOf(again).slice(1)) expect(await stepsOf(again, image)).toEqual(['Exclude']);
});

test('changes at the same time add up', async () => {
  const project = await openCopy();
  const of = (): { edit: string; images: string[] } => ({ edit: randomUUID(), images: idsOf(project) });
  await Promise.all([
    changeImages(project, { ...of(), validation: true }),
    changeImages(project, { ...of(), excluded: true }),
    changeImages(project, { ...of(), pixelSizeUm: { y: 2, x: 2 } }),
  ]);
  for (const image of project.manifest.images)
    expect(image).toMatchObject({ validation: true, included: false, pixelSizeUm: { y: 2, x: 2 } });
  for (const image of idsOf(project))
    expect((await stepsOf(project, image)).toSorted()).toEqual([
      'Change the pixel size',
      'Exclude',
      'Keep for validation',
    ]);
});

test('a change waits for the disk as often for all images as for one; the next one flushes its steps', async () => {
  const flushesOf = async (project: Project, images: string[], excluded: boolean): Promise<number> => {
    faults.reset();
    await changeImages(project, { edit: randomUUID(), images, excluded });
    return faults.flushes;
  };
  const project = await openCopy();
  const all = idsOf(project);
  const forAll = await flushesOf(project, all, true);
  expect(await flushesOf(await openCopy(), all.slice(0, 1), true)).toBe(forAll);
  // The journal of each image, and its folder.
  expect(await flushesOf(project, all, false)).toBe(forAll + 2 * all.length);
});

test('steps of undo that a power failure takes from the journals are written again', async () => {
  const project = await openCopy();
  const [first, ...others] = idsOf(project);
  await project.annotation(project.image(first!)).edit('Clear points', { locations: null });
  const journal = project.path('annotations', first!, 'history.jsonl');
  const before = readFileSync(journal);
  await changeImages(project, { edit: randomUUID(), images: [first!, ...others], excluded: true });
  writeFileSync(journal, before);
  for (const image of others) rmSync(project.path('annotations', image, 'history.jsonl'));
  const again = await openProject(project.folder, { purpose: 'test', access: 'shared' });
  await describeProject(again);
  expect(await stepsOf(again, first!)).toEqual(['Exclude', 'Clear points']);
  for (const image of others) expect(await stepsOf(again, image)).toEqual(['Exclude']);
});

test('a crash at any operation leaves no image changed, or all of them with their steps of undo', async () => {
  let isOver = false;
  const seen = new Set<boolean>();
  for (let failAt = 1; !isOver; failAt++) {
    const project = await openCopy();
    const change = { edit: randomUUID(), images: idsOf(project), excluded: true };
    faults.reset(failAt);
    isOver = await changeImages(project, change).then(
      () => faults.count < failAt,
      () => false,
    );
    faults.reset();
    // Its process would be dead, and its lock would be taken over.
    rmSync(join(project.folder, '.manifest.lock'), { force: true });
    const again = await openProject(project.folder, { purpose: 'test', access: 'shared' });
    const { images } = await describeProject(again);
    const [isExcluded] = images.map(({ excluded }) => excluded);
    expect(images.map(({ excluded }) => excluded)).toEqual(images.map(() => isExcluded));
    expect(images.map(({ undo }) => undo)).toEqual(
      images.map(() => (isExcluded === true ? 'Exclude' : null)),
    );
    seen.add(isExcluded === true);
    // The window repeats a request without an answer.
    await changeImages(again, change);
    expect(again.manifest.images.map(({ included }) => included)).toEqual([false, false, false]);
    for (const image of idsOf(again)) expect(await stepsOf(again, image)).toEqual(['Exclude']);
  }
  expect(seen).toEqual(new Set([false, true]));
});

const rename = (project: Project, image: string, name: string): Promise<void> =>
  changeImages(project, { edit: randomUUID(), images: [image], name });
const namesOf = (project: Project): string[] => project.manifest.images.map(({ name }) => name);

test('an image is renamed with a step of undo, and keeps its id and its other settings', async () => {
  const project = await openCopy();
  await changeImages(project, { edit: randomUUID(), images: ['field-2'], validation: true });
  await rename(project, 'field-2', 'plate A/HeLa 2');
  expect(namesOf(project)).toEqual(['field-1', 'plate A/HeLa 2', 'field-3']);
  expect(project.image('field-2')).toBe(project.image('plate A/HeLa 2'));
  const again = await openProject(project.folder, { purpose: 'test', access: 'shared' });
  expect((await stepHistory(again, 'field-2', 'undo', randomUUID())).done).toBe('Rename');
  expect(again.image('field-2')).toMatchObject({ name: 'field-2', validation: true });
  expect((await stepHistory(again, 'field-2', 'redo', randomUUID())).image.name).toBe('plate A/HeLa 2');
  expect(await stepsOf(again, 'field-2')).toEqual(['Rename', 'Keep for validation']);
});

test('a name that another image has, or no file can have, is refused', async () => {
  const project = await openCopy();
  await rename(project, 'field-1', 'first');
  for (const name of ['field-2', 'FIELD-2', 'First/..', 'a//b', 'x'.repeat(256), 'CON', 'dot.'])
    await expect(rename(project, 'field-3', name), name).rejects.toMatchObject({ code: 'setting-invalid' });
  // The id of an image always finds it.
  await expect(rename(project, 'field-3', 'field-1')).rejects.toMatchObject({ code: 'setting-invalid' });
  await expect(
    changeImages(project, { edit: randomUUID(), images: idsOf(project), name: 'all' }),
  ).rejects.toMatchObject({ code: 'setting-invalid' });
  expect(namesOf(project)).toEqual(['first', 'field-2', 'field-3']);
  // Another case of the letters is another name for the same image.
  await rename(project, 'field-1', 'First');
  expect(namesOf(project)).toEqual(['First', 'field-2', 'field-3']);
});

test('undo gives no image a name that another one has got meanwhile', async () => {
  const project = await openCopy();
  await rename(project, 'field-1', 'first');
  await rename(project, 'field-1', 'one');
  await rename(project, 'field-2', 'first');
  await expect(stepHistory(project, 'field-1', 'undo', randomUUID())).rejects.toMatchObject({
    code: 'setting-invalid',
    message: 'The project has an image called first already.',
  });
  expect(namesOf(project)).toEqual(['one', 'first', 'field-3']);
  await rename(project, 'field-2', 'second');
  await stepHistory(project, 'field-1', 'undo', randomUUID());
  expect(namesOf(project)).toEqual(['first', 'second', 'field-3']);
});
