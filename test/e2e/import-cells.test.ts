import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { cellFiles } from '../tasks/cell-files.ts';
import { smallProject } from '../tasks/small-project.ts';
import { chromiumPath } from './chromium.ts';
import { dropOn } from './drop-on.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { StudioPage } from './studio-page.ts';

/** Files with three cells each are dropped on the window. Each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('importing cells of other programs in Chromium', () => {
  const folder = temporaryFolder();
  const cells = join(folder, 'cells');
  let opened: OpenedStudio | undefined;
  let page: Page;
  let studio: StudioPage;
  let dialog: Locator;

  beforeAll(async () => {
    const project = await smallProject(folder, 3);
    await project.close();
    mkdirSync(cells);
    for (const [name, content] of Object.entries(cellFiles)) writeFileSync(join(cells, name), content());
    opened = await openStudio(folder, { project: join(folder, 'project') });
    ({ page, studio } = opened);
    dialog = page.getByRole('dialog', { name: 'Import cells' });
    await studio.stage('Review').click();
    await page.getByRole('heading', { name: 'Cells of other programs' }).waitFor();
  });
  afterEach(async ({ task }) => {
    await opened?.picture(task.name);
  });
  afterAll(async () => {
    await opened?.close();
  });

  test('every format is shown on the image before anything changes', async () => {
    for (const name of Object.keys(cellFiles)) {
      await dropOn(page, [join(cells, name)]);
      await dialog.getByText(name, { exact: true }).waitFor();
      await dialog.getByText('3 cells').waitFor();
      await dialog.getByText('for field-1').waitFor();
      if (name === 'coco.json') expect(await studio.seriousFindings()).toEqual([]);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await page.getByText('This project has no model yet.').waitFor();
  });

  test('every format becomes cells under review, and one undo takes them back', async () => {
    for (const name of Object.keys(cellFiles)) {
      await dropOn(page, [join(cells, name)]);
      await dialog.getByText(name, { exact: true }).waitFor();
      await dialog.getByRole('button', { name: 'Import for 1 image' }).click();
      await dialog.waitFor({ state: 'detached' });
      await studio.told('0 of 3 cells reviewed').waitFor();
      await page.keyboard.press('z');
      await page.getByText('This project has no model yet.').waitFor();
    }
  });

  test('masks of Cellpose become cells under review', async () => {
    await dropOn(page, [join(cells, 'field-1_seg.npy')]);
    await dialog.getByRole('button', { name: 'Import for 1 image' }).click();
    await dialog.waitFor({ state: 'detached' });
    await studio.told('0 of 3 cells reviewed').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await studio.told('1 of 3 cells reviewed').waitFor();
  });

  test('cells under an accepted one are left out, and the window says so', async () => {
    await dropOn(page, [join(cells, 'field-1_rois.zip')]);
    await dialog.getByRole('button', { name: 'Import for 1 image' }).click();
    await dialog.getByText('1 cell left out: they are under cells that you kept.').waitFor();
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await studio.told('1 of 3 cells reviewed').waitFor();
  });

  test('a folder is paired by name and becomes annotation; one undo takes it back', async () => {
    const pair = join(folder, 'pair');
    mkdirSync(pair);
    for (const image of ['field-2', 'field-3', 'unknown'])
      writeFileSync(join(pair, `${image}_cp_outlines.txt`), cellFiles['field-1_cp_outlines.txt']!());
    await dropOn(page, [pair]);
    await dialog.getByText('unknown_cp_outlines.txt').waitFor();
    await dialog.getByText('1 file left out').waitFor();
    await dialog.getByRole('radio', { name: 'Annotation' }).click();
    await dialog.getByText('The foreground and one point per cell').waitFor();
    await dialog.getByRole('button', { name: 'Import for 2 images' }).click();
    await dialog.waitFor({ state: 'detached' });
    await studio.stage('Points').click();
    await studio.told(/3 points/).waitFor();
    await page.keyboard.press('z');
    await studio.told(/3 points/).waitFor({ state: 'detached' });
  });

  test('outside Review a file with cells is not taken for an image', async () => {
    await studio.stage('Images').click();
    await dropOn(page, [join(cells, 'coco.json')]);
    await dialog.getByRole('radio', { name: 'Truth' }).click();
    await dialog.getByRole('button', { name: 'Import for 1 image' }).click();
    await dialog.waitFor({ state: 'detached' });
    await studio.inspector.getByText('Label image: coco.json, 3 cells').waitFor();
  });

  test('with truth, a rejected cell is a difference, and a key goes to it', async () => {
    await studio.stage('Review').click();
    await studio.told('1 of 3 cells reviewed').waitFor();
    await page.keyboard.press('t');
    await studio.inspector.getByText('3 agree').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await studio.inspector.getByText('2 agree').waitFor();
    const missed = page.getByRole('list', { name: 'Differences' }).getByRole('button', { name: /^Missed/ });
    await missed.waitFor();
    await page.keyboard.press('n');
    await expect.poll(() => missed.getAttribute('aria-current')).toBe('true');
    expect(await studio.seriousFindings()).toEqual([]);
    await page.keyboard.press('t');
    await missed.waitFor({ state: 'detached' });
    expect(studio.complaints).toEqual([]);
  });
});
