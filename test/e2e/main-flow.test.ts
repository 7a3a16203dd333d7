import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';
import { writeColonies } from './write-colonies.ts';

const imageCount = 3;
/** A day's work and its mishaps, in order: each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('the window in Chromium, against the real host', () => {
  const folder = temporaryFolder();
  let host: RunningHost;
  let opened: OpenedStudio | undefined;
  let context: BrowserContext;
  let page: Page;
  let studio: StudioPage;

  beforeAll(async () => {
    await writeColonies(join(folder, 'microscope'), imageCount);
    opened = await openStudio(folder);
    ({ host, context, page, studio } = opened);
  });
  // A screenshot of the window after each test, if requested.
  afterEach(async ({ task }) => {
    await opened?.picture(task.name);
  });
  afterAll(async () => {
    await opened?.close();
  });

  const step = async () =>
    Number.parseInt((await studio.inspector.getByText(/^\d+ of 150$/).textContent())!, 10);
  const reachStep = async (wanted: number) => expect.poll(step, { timeout: 60_000 }).toBeGreaterThan(wanted);

  test('a project is made in a folder of one’s own', async () => {
    await studio.button(/^Start a project/).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Colonies');
    await studio.button('Choose folder').click();
    await studio.chooseFolder();
    await studio.button('Create project').click();
    await page.getByRole('heading', { name: 'Add your images' }).waitFor();
    expect(existsSync(join(folder, 'Colonies', 'project.json'))).toBe(true);
  });

  test('two-channel TIFFs are looked at and added', async () => {
    await studio.button('Choose a folder').click();
    await studio.chooseFolder('microscope');
    const dialog = page.getByRole('dialog', { name: 'Add images' });
    await dialog.getByText('colony-1', { exact: true }).waitFor();
    expect(await dialog.getByRole('img').count()).toBe(2 * imageCount);
    await dialog.getByRole('button', { name: `Add ${imageCount} images` }).click();
    await studio.told(`${imageCount} images`).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('foregrounds are picked with one key each, and the next image comes by itself', async () => {
    await studio.stage('Foreground').click();
    // In narrow panes the mark of the suggestion replaces the figures.
    await page.setViewportSize({ width: 720, height: 450 });
    await page.getByLabel('Suggestion', { exact: true }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    for (let done = 0; done < imageCount; done++) {
      await page.getByLabel('Suggestion', { exact: true }).waitFor();
      // Here the key 1 picks a candidate; elsewhere it zooms.
      await page.keyboard.press(['3', '1', 'Enter'][done]!);
      await studio.told(`${done + 1} of ${imageCount}`).waitFor();
    }
    await studio.button('Continue to Points').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('a slider of small steps takes every one of them by keyboard, and all is set back by a button', async () => {
    const gamma = page.getByRole('slider', { name: 'Gamma' });
    await gamma.press('Home');
    for (let step = 0; step < 5; step++) await gamma.press('ArrowRight');
    expect(await gamma.getAttribute('aria-valuetext')).toBe('0.45');
    await studio.button('Reset the contrast of this image').click();
    expect(await gamma.getAttribute('aria-valuetext')).toBe('1.00');
  });

  test('a pick is taken back and made again', async () => {
    await page.keyboard.press('u');
    await studio.told(`${imageCount - 1} of ${imageCount}`).waitFor();
    await page.keyboard.press('Shift+z');
    await studio.told(`${imageCount} of ${imageCount}`).waitFor();
  });

  test('locations are found in all images, and one is added by a click and taken back', async () => {
    await studio.button('Continue to Points').click();
    await studio.button('Find points in all images').click();
    await studio.button('Continue to Train').waitFor();
    // The image's own points come a moment after the count of images, so wait for the points.
    const count = studio.told(/^[1-9]\d* points/);
    const before = Number.parseInt((await count.textContent())!);
    expect(before).toBeGreaterThan(3);
    const viewer = page.getByRole('application');
    const box = (await viewer.boundingBox())!;
    await viewer.click({ position: { x: box.width / 2 + 3, y: 40 } });
    await studio.told(`${before + 1} points`).waitFor();
    await page.keyboard.press('Control+z');
    await studio.told(`${before} points`).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('1 shows actual pixels, and Shift with a number hides a channel and shows it again', async () => {
    await page.keyboard.press('1');
    await studio.told(/^100\s%$/).waitFor();
    await page.keyboard.press('f');
    await studio.told(/^100\s%$/).waitFor({ state: 'detached' });
    const show = studio.button(/^Show /);
    expect(await show.count()).toBe(0);
    await page.keyboard.press('Shift+Digit2');
    await show.waitFor();
    await page.keyboard.press('Shift+Digit2');
    await show.waitFor({ state: 'detached' });
  });

  test('a review without a model says where one comes from', async () => {
    await studio.stage('Review').click();
    await studio.button('Import model').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await studio.button('Train a model').click();
    await studio.inspector.getByRole('button', { name: 'Start training' }).waitFor();
    await studio.stage('Points').click();
  });

  test('a training survives the death of its process, and says so', async () => {
    await studio.button('Continue to Train').click();
    await studio.choose(/^Model/, /^Tiny/);
    await page.getByRole('slider', { name: 'Epochs' }).press('Home');
    await studio.inspector.getByRole('button', { name: 'Start training' }).click();
    await reachStep(2);
    host.killProcess('learning');
    // The message appears once, where the remedy is shown too.
    const incident = page.getByText(
      /^The learning process ended unexpectedly .* The training continues from/,
    );
    await incident.waitFor();
    expect(await page.getByText(/ended unexpectedly/).count()).toBe(1);
    await reachStep(4);
    await studio.button('Pause').click();
    await studio.button('Resume').click();
  });

  test('while it trains the window stays usable, also when the process that reads images dies', async () => {
    await studio.stage('Points').click();
    host.killProcess('imaging');
    await page.getByText(/^The image process ended unexpectedly .* started again\./).waitFor();
    await page.keyboard.press('a');
    await studio.told(/^[1-9]\d* points/).waitFor();
    await studio.stage('Train').click();
  });

  test('a host that is killed is started again and found by the page, and its training goes on', async () => {
    const atStep = await step();
    expect(atStep).toBeGreaterThan(4);
    host.killHost();
    await page.getByText(/^LACSS Studio does not answer/).waitFor();
    await page.getByText(/^LACSS Studio does not answer/).waitFor({ state: 'detached' });
    await studio.inspector.getByText(/was interrupted\. It can continue from its checkpoint\./).waitFor();
    await studio.button('Resume').click();
    await reachStep(5);
    await studio.button('Dismiss').click();
    await studio.button('Review cells').waitFor();
    await page.getByText(/ epoch 1 · \d+ cells?/).waitFor();
    await studio.button(/^Engine: onnx/).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('its cells are found, and reviewed worst first', async () => {
    await studio.button('Review cells').click();
    // It starts at once, with the current image.
    // A model with little training gives low scores.
    await page.getByRole('slider', { name: 'Minimum score' }).press('Home');
    await studio.inspector.getByText(`${imageCount} images segmented.`).waitFor();
    await page.getByRole('switch', { name: 'Mirror averaging (4× slower)' }).click();
    await page.getByRole('button', { name: 'This image', exact: true }).click();
    await studio.inspector.getByText('1 image segmented.').waitFor();
    await page.getByRole('list', { name: 'Cells, worst first' }).waitFor();
    await page.getByRole('application').hover();
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await studio.told(/ 1 accepted /).waitFor();
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    await studio.told(/ 0 accepted · 1 rejected/).waitFor();
    await page.keyboard.press('z');
    await studio.told(/ 1 accepted · 0 rejected/).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    // The film strip and the status bar show the same counts, and the current cell says why it is next.
    await studio.told(/^\s*1 of [1-9]\d* cells? reviewed/).waitFor();
    const strip = page.getByRole('complementary', { name: 'Images of the project' });
    await strip.getByText('1 cell reviewed').waitFor();
    await studio.inspector.getByText(/^\s*\d+ of \d+ Score /).waitFor();
    await studio.button('How these cells were found').click();
    await studio.inspector.getByText(/^onnx, (one network|two networks) of \d+ threads?/).waitFor();
    await studio.inspector.getByText('On, four views').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('where outline and fill are both off the window says so', async () => {
    await page.getByRole('switch', { name: 'Outline' }).click();
    await page.getByText('Outline and fill are both off.').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await studio.button('Show outlines').click();
    await page.getByText('Outline and fill are both off.').waitFor({ state: 'detached' });
  });

  test('a second window sees what the first one does, as it is done', async () => {
    const other = new StudioPage(await context.newPage(), folder);
    await other.page.setViewportSize({ width: 1024, height: 700 });
    await other.page.goto(await host.address());
    await other
      .button(/^Colonies/)
      .first()
      .click();
    await other.stage('Review').click();
    await other.told(/ 1 accepted /).waitFor();
    await page.keyboard.press('Shift+z');
    await other.told(/ 0 accepted · 1 rejected/).waitFor();
    await page.keyboard.press('z');
    await other.told(/ 1 accepted · 0 rejected/).waitFor();
    expect(other.complaints).toEqual([]);
    await other.page.close();
  });

  test('the results are judged by label images, and leave as files', async () => {
    await studio.stage('Images').click();
    await studio.button('Attach').click();
    await studio.chooseFile('truth', 'colony-1.tif');
    await page.getByText('Label image: ').waitFor();
    await studio.stage('Results').click();
    await page
      .getByText(/in 1 image\. .*AP and missed count all cells found; F1, PQ and AJI the cells shown\.$/)
      .waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await page.getByRole('radio', { name: 'Cells' }).click();
    await page.getByRole('table', { name: 'Measurements' }).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    for (const format of ['ImageJ ROIs', 'GeoJSON', 'COCO', 'Image with outlines', 'Points']) {
      await page.getByRole('checkbox', { name: format }).click();
    }
    await studio.button('Export').click();
    await page.getByText(/^Wrote \d+ files with \d+ cells? to/).waitFor();
    const ofEach = ['.geojson', '_labels.tif', '_locations.csv', '_overlay.png', '_rois.zip'];
    const expected = Array.from({ length: imageCount }, (_, i) =>
      ofEach.map((end) => `colony-${i + 1}${end}`),
    );
    expect((await readdir(join(folder, 'Colonies', 'exports'))).sort()).toEqual(
      ['cells.csv', 'coco.json', ...expected.flat()].sort(),
    );
  });

  test('a thumbnail that is still on its way shows that it is coming', async () => {
    const other = new StudioPage(await context.newPage(), folder);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await other.page.route('**/thumbnail/**', async (route) => {
      await released;
      await route.continue();
    });
    await other.page.goto(await host.address());
    await other
      .button(/^Colonies/)
      .first()
      .click();
    const strip = other.page.getByRole('complementary', { name: 'Images of the project' });
    await expect.poll(() => strip.locator('[aria-busy=true] svg').count()).toBe(imageCount);
    release();
    await expect.poll(() => strip.locator('[aria-busy=false]').count()).toBe(imageCount);
    expect(await strip.locator('[aria-busy=false] svg').count()).toBe(0);
    expect(other.complaints).toEqual([]);
    await other.page.close();
  });

  test('a page that is opened anew finds everything', async () => {
    await page.goto(await host.address());
    await studio
      .button(/^Colonies/)
      .first()
      .click();
    await studio.stage('Review').click();
    await studio.told(/ 1 accepted · 0 rejected/).waitFor();
    // The setting from before: the export follows it, also from the command line.
    const score = page.getByRole('slider', { name: 'Minimum score' });
    expect(await score.getAttribute('aria-valuetext')).toBe('0.00');
    await studio.stage('Foreground').click();
    await studio.told(`${imageCount} of ${imageCount}`).waitFor();
    await studio.stage('Train').click();
    await studio.button('More for tiny-1').waitFor();
    await studio.stage('Results').click();
    await page.getByText(/ in 1 image\./).waitFor();
    // The chooser opens where the last file was chosen, also in another window and after a restart.
    await studio.button('Choose another folder').click();
    const place = page.getByRole('dialog').getByRole('combobox', { name: 'Path' });
    await expect.poll(() => place.inputValue()).toBe(join(folder, 'truth'));
    await page.keyboard.press('Escape');
  });

  test('a host that ends in order says so', async () => {
    await host.stop();
    await page.getByText(/^LACSS Studio has ended\. All saved work is safe\./).waitFor();
  });

  test('nothing went wrong in the page on the way', () => {
    expect(studio.complaints).toEqual([]);
  });
});
