import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { StudioPage } from './studio-page.ts';
import { writeColonies } from './write-colonies.ts';

const imageCount = 2;
/** More stops of the Tab key than any page has. */
const mostStops = 150;

/** From a new project to exported files, without a mouse. Each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('a session with the keyboard alone', () => {
  const folder = temporaryFolder();
  let opened: OpenedStudio | undefined;
  let page: Page;
  let studio: StudioPage;

  beforeAll(async () => {
    await writeColonies(join(folder, 'microscope'), imageCount);
    opened = await openStudio(folder);
    ({ page, studio } = opened);
  });
  afterAll(async () => {
    await opened?.close();
  });

  /** Presses Tab until a control has the focus. */
  async function reach(control: Locator): Promise<void> {
    await control.waitFor();
    for (let stop = 0; stop < mostStops; stop++) {
      if (await control.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`No number of Tab presses leads to ${String(control)}`);
  }
  async function press(control: Locator, key = 'Enter'): Promise<void> {
    await reach(control);
    await page.keyboard.press(key);
  }
  async function type(control: Locator, text: string): Promise<void> {
    await press(control, 'Control+a');
    await page.keyboard.type(text);
  }
  /** @param content something in the folder that shows when it is open */
  async function typeFolder(path: string, content: string): Promise<void> {
    const dialog = page.getByRole('dialog').last();
    const field = dialog.getByRole('combobox', { name: 'Path' });
    await type(field, path);
    await page.keyboard.press('Enter');
    await dialog.getByRole('list', { name: 'Contents' }).getByText(content).waitFor();
    await press(dialog.getByRole('button', { name: 'Choose this folder' }));
  }

  test('a project is made, and images are added', async () => {
    await press(studio.button(/^Start a project/));
    await type(page.getByRole('textbox', { name: 'Name' }), 'Keys');
    await press(studio.button('Choose folder'));
    await typeFolder(folder, 'microscope');
    await press(studio.button('Create project'));
    await press(studio.button('Choose a folder'));
    await typeFolder(join(folder, 'microscope'), 'colony-1.tif');
    await press(studio.button(`Add ${imageCount} images`));
    await studio.told(`${imageCount} images`).waitFor();
    await press(page.getByRole('combobox', { name: /^Order/ }));
    await page.getByRole('option', { name: 'By name' }).waitFor();
    await page.keyboard.type('By');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Order By name' }).waitFor();
  });

  test('images are annotated', async () => {
    await press(studio.stage('Foreground'));
    for (let done = 1; done <= imageCount; done++) {
      await page.getByLabel('Suggestion', { exact: true }).waitFor();
      await reach(page.getByRole('application'));
      await page.keyboard.press('Enter');
      await studio.told(`${done} of ${imageCount}`).waitFor();
    }
    await press(studio.button('Continue to Points'));
    await press(studio.button('Find points in all images'));
    await studio.told(/^\s*[1-9]\d* points/).waitFor();
  });

  test('a model is trained, and stopped', async () => {
    await press(studio.button('Continue to Train'));
    // From the pretrained model, which finds cells after few steps.
    await press(studio.inspector.getByRole('button', { name: 'Start training' }));
    const step = studio.inspector.getByText(/^\d+ of \d[\d,\s]*$/).last();
    await expect
      .poll(async () => Number.parseInt((await step.textContent())!, 10), { timeout: 120_000 })
      .toBeGreaterThan(2);
    await press(studio.inspector.getByRole('button', { name: 'Stop' }));
    await press(studio.button('Review cells'));
  });

  test('cells are reviewed', async () => {
    await press(page.getByRole('slider', { name: 'Minimum score' }), 'Home');
    await studio.inspector.getByText(`${imageCount} images segmented.`).waitFor();
    const list = page.getByRole('list', { name: 'Cells, worst first' });
    await press(list.locator('button[tabindex="0"]'), 'ArrowDown');
    await list.locator('button:focus[aria-current]').waitFor();
    await reach(page.getByRole('application'));
    await page.keyboard.press('Space');
    await studio.told(/ 1 accepted /).waitFor();
    // The list of images is one tab stop, with arrow keys in it.
    await press(studio.button('Selected images'));
    const choice = page.getByRole('list', { name: 'Images to segment' });
    await press(choice.locator('[role=checkbox][tabindex="0"]'), 'ArrowDown');
    await choice.getByRole('checkbox', { name: 'colony-2' }).and(page.locator(':focus')).waitFor();
    expect(await choice.locator('[role=checkbox][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Space');
    await studio.button('Segment 1 image').waitFor();
  });

  test('results are exported', async () => {
    await press(studio.stage('Results'));
    await press(studio.button('Export'));
    await page.getByText(/^\s*Wrote \d+ files with \d+ cells? to/).waitFor();
    expect(await readdir(join(folder, 'Keys', 'exports'))).toContain('colony-1_labels.tif');
    expect(studio.complaints).toEqual([]);
  });
});
