import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeProgram } from '../../src-main/cli/program.ts';
import { createProject } from '../../src-main/project/create-project.ts';
import { addImages } from '../../src-main/tasks/images/add-images.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { writeTwoChannelImages } from '../fixtures/two-channel-images.ts';
import { control } from '../tasks/small-project.ts';

/** A project that names images in another folder, as one from a stranger may. */
const folder = temporaryFolder();
const images = temporaryFolder();
const project = ['-p', join(folder, 'plate')];

beforeAll(async () => {
  await writeTwoChannelImages(images, 1);
  const made = await createProject(join(folder, 'plate'), 'a test');
  await addImages(made, { paths: [images] }, control);
  await made.close();
});

test('a project from someone else reads no image outside its folder before this person has allowed it', async () => {
  const { exitCode, err } = await lacss('foreground', ...project);
  expect(exitCode).toBe(3);
  expect(err).toContain(`This project may not read images from ${images}.`);
  expect(err).toContain('add --allow-images FOLDER to the command');
  // Another folder allows nothing, even if its name begins the same.
  for (const other of [folder, '.']) {
    expect(await lacss('foreground', ...project, '--allow-images', other)).toMatchObject({ exitCode: 3 });
  }
});

test('a folder to allow that is not there is named', async () => {
  const { exitCode, err } = await lacss('foreground', ...project, '--allow-images', join(images, 'none'));
  expect(exitCode).not.toBe(0);
  expect(err).toContain(`There is no folder ${join(images, 'none')}.`);
});

test('what was allowed once is remembered, for every verb', async () => {
  const allow = ['--allow-images', folder, '--allow-images', images];
  expect(await lacss('foreground', ...project, ...allow)).toMatchObject({ exitCode: 0 });
  expect(await lacss('locate', ...project)).toMatchObject({ exitCode: 0 });
});

test('images that a person adds need no further word', async () => {
  const more = temporaryFolder();
  await writeTwoChannelImages(more, 2);
  const own = ['-p', join(folder, 'own')];
  expect(await lacss('new', join(folder, 'own'))).toMatchObject({ exitCode: 0 });
  expect(await lacss('add', more, ...own)).toMatchObject({ exitCode: 0 });
  expect(await lacss('foreground', ...own)).toMatchObject({ exitCode: 0 });
});

test('every verb that may read the images of a project has the option', () => {
  const { commands } = makeProgram('1.2.3', () => Promise.resolve());
  const has = (name: string) => (command: (typeof commands)[number]) =>
    command.options.some(({ long }) => long === name);
  // In the window, the program asks the person.
  const readNone = ['restore', 'export-model', 'serve'];
  const readSome = commands.filter(has('--project')).filter((command) => !readNone.includes(command.name()));
  expect(readSome.length).toBeGreaterThan(6);
  expect(readSome.filter(has('--allow-images'))).toEqual(readSome);
});
