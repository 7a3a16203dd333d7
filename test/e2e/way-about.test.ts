import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTemplate } from '../renderer/state/test-window.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';

/** Two images of 128 × 128 px, with points and three cells each. Each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('finding one’s way in the window', () => {
  const folder = temporaryFolder();
  let opened: OpenedStudio | undefined;
  let host: RunningHost;
  let context: BrowserContext;
  let page: Page;
  let studio: StudioPage;

  beforeAll(async () => {
    await makeTemplate(folder);
    opened = await openStudio(folder, {
      project: join(folder, 'project'),
      // The home folder of a person with the program in it, because stack traces name it.
      environment: { HOME: process.cwd(), USERPROFILE: process.cwd() },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    ({ host, context, page, studio } = opened);
  });
  afterEach(async ({ task }) => {
    await opened?.picture(task.name);
  });
  afterAll(async () => {
    await opened?.close();
  });

  const stageShown = (name: string) => page.locator(`nav [aria-current=page]`, { hasText: name }).waitFor();
  const imageShown = (name: string) =>
    page
      .getByRole('complementary', { name: 'Images of the project' })
      .locator('[aria-current]', { hasText: name })
      .waitFor();

  test('a reload keeps project, stage, image, zoom and selected cell', async () => {
    await studio.stage('Review').click();
    await page.keyboard.press('d');
    await imageShown('field-2');
    await page.getByRole('list', { name: 'Cells, worst first' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await studio.inspector.getByText(/^\s*2 of 3 /).waitFor();
    for (let i = 0; i < 2; i++) await page.keyboard.press('=');
    const zoom = await page.locator('main footer output').textContent();
    await page.waitForFunction(() => (history.state as { cells?: number[] } | null)?.cells?.length === 1);
    expect(new URL(page.url()).hash).toMatch(/^#\/[0-9a-f]{16}\/review\/field-2$/);
    await page.reload();
    await stageShown('Review');
    await imageShown('field-2');
    await studio.inspector.getByText(/^\s*2 of 3 /).waitFor();
    await expect.poll(() => page.locator('main footer output').textContent()).toBe(zoom);
  });

  test('back and forward go through the stages', async () => {
    await studio.stage('Points').click();
    await studio.stage('Train').click();
    await page.goBack();
    await stageShown('Points');
    await page.goBack();
    await stageShown('Review');
    await studio.inspector.getByText(/^\s*2 of 3 /).waitFor();
    await page.goForward();
    await stageShown('Points');
  });

  test('every command is found by its name, with its key', async () => {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await palette.getByRole('combobox').fill('undo');
    await palette
      .getByRole('option', { name: /^Undo in this image/ })
      .getByText('Ctrl Z')
      .waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await palette.getByRole('combobox').fill('go review');
    await page.keyboard.press('Enter');
    await palette.waitFor({ state: 'detached' });
    await stageShown('Review');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    // Keys of other stages work too.
    await sheet.getByText('Pick a candidate, show the next image').waitFor();
    await sheet.getByRole('textbox', { name: 'Search shortcuts' }).fill('lasso');
    await sheet.getByText('No shortcut matches “lasso”.').waitFor();
    await sheet.getByRole('textbox', { name: 'Search shortcuts' }).fill('draw a cell');
    await sheet.getByText('Draw a cell').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  test('a double click on Points adds one point, and does not fit the image', async () => {
    await studio.stage('Points').click();
    await studio.told(/^\s*3 points\s*$/).waitFor();
    await page.keyboard.press('=');
    const zoom = page.locator('main footer output');
    const before = await zoom.textContent();
    const box = (await page.getByRole('application').boundingBox())!;
    await page.getByRole('application').dblclick({ position: { x: box.width / 2, y: box.height / 2 } });
    await studio.told(/^\s*4 points/).waitFor();
    expect(await zoom.textContent()).toBe(before);
    await page.keyboard.press('Control+z');
    await studio.told(/^\s*3 points\s*$/).waitFor();
    await page.keyboard.press('f');
  });

  test('points under trial are asked about when the image is left', async () => {
    await studio.stage('Points').click();
    await studio.inspector.getByRole('switch', { name: 'Balance bright and dim nuclei' }).click();
    await studio.told(/not saved yet/).waitFor();
    await studio.stage('Train').click();
    const question = page.getByRole('dialog', { name: /^Apply the new settings to field-2/ });
    await question.waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await question.getByRole('button', { name: 'Discard changes' }).click();
    await studio.stage('Points').click();
    await studio.told(/^\s*3 points\s*$/).waitFor();
  });

  test('a control explains itself to the keyboard and to screen readers, and its stage leads to the guide', async () => {
    const threshold = studio.inspector.getByRole('slider', { name: 'Threshold' });
    const help = 'Multiplies the automatic threshold. Higher values find fewer points.';
    await studio.inspector.getByRole('slider', { name: 'Nucleus size, σ' }).waitFor();
    await studio.inspector.getByRole('switch', { name: 'Automatic nucleus size' }).focus();
    await page.keyboard.press('Tab');
    // A slider that is turned off is missing.
    await threshold.and(page.locator(':focus')).waitFor();
    await page.getByRole('tooltip').getByText(help).waitFor();
    const described = await threshold.evaluate(
      (slider) => document.getElementById(slider.getAttribute('aria-describedby') ?? '')?.textContent,
    );
    expect(described).toBe(help);
    expect(await studio.seriousFindings()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    const link = studio.inspector.getByRole('link', { name: 'What is this? Points in the guide' });
    expect(await link.getAttribute('href')).toBe('help/guide/annotation.html#points-σ-and-the-threshold');
  });

  test('in a narrow window the inspector pushes the image aside, and closes', async () => {
    await page.setViewportSize({ width: 1024, height: 700 });
    const viewer = page.getByRole('application');
    await studio.inspector.waitFor({ state: 'hidden' });
    const wide = await viewer.boundingBox();
    await page.keyboard.press('i');
    await studio.inspector.waitFor();
    const side = await studio.inspector.boundingBox();
    const beside = await viewer.boundingBox();
    expect(wide!.x + wide!.width).toBe(1024);
    expect(beside!.x + beside!.width).toBeLessThanOrEqual(side!.x);
    await studio.button('Close the inspector').click();
    await studio.inspector.waitFor({ state: 'hidden' });
    await page.setViewportSize({ width: 1440, height: 900 });
    await studio.inspector.waitFor();
  });

  test('the inspector keeps its width where its content needs a scrollbar', async () => {
    const browser = await openChromium({ scrollbars: true });
    try {
      const shown = await browser.newPage({ viewport: { width: 1440, height: 2400 } });
      const other = new StudioPage(shown, folder);
      await shown.goto(await host.address());
      await other.stage('Train').click();
      const sizes = () =>
        other.inspector.locator('.scroll').evaluate((box) => ({
          inner: box.clientWidth,
          bar: box.getBoundingClientRect().width - box.clientWidth,
          isCut: box.scrollHeight > box.clientHeight,
        }));
      await other.button('Start training').waitFor();
      const whole = await sizes();
      await shown.setViewportSize({ width: 1440, height: 500 });
      await expect.poll(async () => (await sizes()).isCut).toBe(true);
      const cut = await sizes();
      expect(whole.isCut).toBe(false);
      // This browser's scrollbars take room, so the test can fail.
      expect(cut.bar).toBeGreaterThan(0);
      expect(cut.inner).toBe(whole.inner);
    } finally {
      await browser.close();
    }
  });

  test('a path can be typed, and a folder pinned', async () => {
    await studio.button('project').click();
    await page.getByRole('menuitem', { name: 'Open a project' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open a project' });
    const path = dialog.getByRole('combobox', { name: 'Path' });
    await path.fill(join(folder, 'nowhere'));
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor();
    await path.fill(join(folder, 'im'));
    await page.locator(`datalist option[value="${join(folder, 'images')}"]`).waitFor({ state: 'attached' });
    await path.fill(join(folder, 'images'));
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
    await dialog.getByText('field-1.tif').waitFor();
    await dialog.getByRole('button', { name: 'Pin this folder' }).click();
    await dialog.getByRole('button', { name: `Pinned: ${join(folder, 'images')}` }).waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  test('the list of images is one stop of the Tab key, with arrow keys in it', async () => {
    await studio.stage('Points').click();
    const strip = page.getByRole('complementary', { name: 'Images of the project' });
    await imageShown('field-2');
    await expect.poll(() => strip.locator('li button[tabindex="0"]').count()).toBe(1);
    await strip.locator('li button[tabindex="0"]').focus();
    await page.keyboard.press('ArrowUp');
    await imageShown('field-1');
    await strip.locator('button:focus', { hasText: 'field-1' }).waitFor();
    await page.keyboard.press('End');
    await imageShown('field-2');
    await strip.locator('button:focus', { hasText: 'field-2' }).waitFor();
    expect(await strip.locator('li button[tabindex="0"]').count()).toBe(1);
  });

  test('the first stop of a page leads to the image, which is zoomed and panned by keys', async () => {
    const skip = studio.button('Skip to the stage');
    await skip.focus();
    await page.keyboard.press('Enter');
    await page.locator('[role=application]:focus').waitFor();
    const zoom = () => page.locator('main footer output').textContent();
    await page.keyboard.press('f');
    const whole = await zoom();
    await page.keyboard.press('=');
    await expect.poll(zoom).not.toBe(whole);
    await page.keyboard.press('f');
    await expect.poll(zoom).toBe(whole);
  });

  test('two fingers zoom and pan; a touchpad pans; a press of one finger is a click', async () => {
    await page.keyboard.press('f');
    const zoom = () => page.locator('main footer output').textContent();
    const whole = await zoom();
    const box = (await page.getByRole('application').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const client = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...at: [number, number][]) =>
      client.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: at.map(([dx, dy], id) => ({ x: x + dx, y: y + dy, id })),
      });
    await touch('touchStart', [-40, 0]);
    await touch('touchStart', [-40, 0], [40, 0]);
    await touch('touchMove', [-80, 0], [80, 0]);
    await touch('touchEnd');
    await expect.poll(zoom).not.toBe(whole);
    // The first finger has added no point.
    await studio.told(/^\s*3 points\s*$/).waitFor();
    const zoomed = await zoom();
    await page.evaluate(
      ([left, top]) =>
        document.elementFromPoint(left, top)?.dispatchEvent(
          new WheelEvent('wheel', {
            deltaX: 5,
            deltaY: 40,
            clientX: left,
            clientY: top,
            bubbles: true,
            cancelable: true,
          }),
        ),
      [x, y] as const,
    );
    expect(await zoom()).toBe(zoomed);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 120);
    await expect.poll(zoom).not.toBe(zoomed);
    await touch('touchStart', [60, 60]);
    await touch('touchEnd');
    await studio.told(/^\s*4 points/).waitFor();
    await page.keyboard.press('Control+z');
    await studio.told(/^\s*3 points\s*$/).waitFor();
    await page.keyboard.press('f');
  });

  test('images are searched by name, and the keys go through those found', async () => {
    await studio.stage('Images').click();
    const grid = page.getByRole('list', { name: 'Images' });
    await grid.getByRole('button', { name: 'Show field-1' }).waitFor();
    const search = page.getByRole('textbox', { name: 'Search images by name' });
    await search.fill('field 2');
    await grid.getByRole('button', { name: 'Show field-1' }).waitFor({ state: 'detached' });
    await studio.told('1 of 2 images').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await search.fill('mouse');
    await page.getByText('No image matches').waitFor();
    await studio.button('Show all images').click();
    await grid.getByRole('button', { name: 'Show field-1' }).waitFor();
    await grid.getByRole('button', { name: 'Show field-2' }).focus();
    await page.keyboard.press('ArrowLeft');
    await grid.locator('button:focus', { hasText: 'Show field-1' }).waitFor();
    await page.keyboard.press('d');
    await grid.locator('[aria-current]', { hasText: 'Show field-2' }).waitFor();
  });

  test('an image is renamed, a name of another is refused, and undo gives the old name back', async () => {
    const grid = page.getByRole('list', { name: 'Images' });
    const name = studio.inspector.getByRole('textbox', { name: 'Name' });
    await name.fill('Field-1');
    await name.press('Enter');
    await page.getByText('The project has an image called field-1 already.').waitFor();
    await expect.poll(() => name.inputValue()).toBe('field-2');
    await studio.button('Dismiss').click();
    await name.fill('HeLa, day 2');
    await name.press('Enter');
    await grid.getByRole('button', { name: 'Show HeLa, day 2' }).click();
    await page.keyboard.press('Control+z');
    await grid.getByRole('button', { name: 'Show field-2' }).waitFor();
    await expect.poll(() => name.inputValue()).toBe('field-2');
    await studio.stage('Points').click();
  });

  test('recent projects are in the project menu, and another window opens from it', async () => {
    await studio.button('project').click();
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('menuitem', { name: 'Open another window' }).click(),
    ]);
    const second = new StudioPage(other, folder);
    await second.button(/^Start a project/).click();
    await other.getByRole('textbox', { name: 'Name' }).fill('Second');
    await second.button('Choose folder').click();
    await second.chooseFolder();
    await second.button('Create project').click();
    await second.stage('Images').waitFor();
    await second.button('Second').click();
    await other.getByRole('menuitem', { name: /^project/ }).waitFor();
    expect(await second.seriousFindings()).toEqual([]);
    expect(second.complaints).toEqual([]);
    await other.close();
    await stageShown('Points');
  });

  test('the list of cells is one stop of the Tab key, with arrow keys in it', async () => {
    await studio.stage('Review').click();
    const list = page.getByRole('list', { name: 'Cells, worst first' });
    await expect.poll(() => list.locator('button[tabindex="0"]').count()).toBe(1);
    await list.locator('button[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await studio.inspector.getByText(/^\s*2 of 3 /).waitFor();
    await list.locator('button:focus[aria-current]').waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('cells below the minimum score are counted, and shown on demand', async () => {
    await studio.stage('Review').click();
    const score = page.getByRole('slider', { name: 'Minimum score' });
    await studio.inspector.getByText('for all images', { exact: true }).waitFor();
    await score.press('End');
    await page.getByText('Hidden: 3 cells below the minimum score.').waitFor();
    // Its first letter is visible, not beyond the edge of the list of counts.
    const isWhole = await studio.button('3 hidden · show').evaluate((button) => {
      const { left, top, height } = button.getBoundingClientRect();
      return document.elementFromPoint(left + 2, top + height / 2) === button;
    });
    expect(isWhole).toBe(true);
    await studio.button('3 hidden · show').click();
    await studio.button('3 hidden · hide').click();
    await studio.button('3 hidden · show').waitFor();
    await studio.button(/^Use the model's/).click();
    await studio.button('3 hidden').waitFor({ state: 'detached' });
  });

  test('a table whose columns are cut shows on which side, and is scrolled by keys', async () => {
    await studio.stage('Results').click();
    await page.getByRole('radio', { name: 'Cells' }).click();
    const table = page.getByRole('group', { name: 'Measurements, scroll sideways for more columns' });
    await table.waitFor();
    const shades = () =>
      table.evaluate((scroller) =>
        ['::before', '::after'].map((edge) => getComputedStyle(scroller.parentElement!, edge).opacity),
      );
    await expect.poll(shades).toEqual(['0', '1']);
    await table.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(shades).toEqual(['1', '1']);
    await table.evaluate((scroller) => scroller.scrollTo({ left: scroller.scrollWidth }));
    await expect.poll(shades).toEqual(['1', '0']);
    await studio.stage('Review').click();
  });

  test('while the project folder is gone the window says so and keeps the edit, which is saved when it is back', async () => {
    const project = join(folder, 'project');
    await studio.stage('Points').click();
    await studio.told(/^\s*3 points\s*$/).waitFor();
    await page.keyboard.press('f');
    // The folder disappears while the edit is on its way.
    const resumeHost = host.pauseHost();
    const viewer = page.getByRole('application');
    const box = (await viewer.boundingBox())!;
    await viewer.click({ position: { x: box.width / 2, y: box.height / 2 } });
    await studio.told(/^\s*4 points/).waitFor();
    renameSync(project, join(folder, 'moved'));
    resumeHost();
    await page.getByText(`The project folder was moved, replaced or removed: ${project}`).waitFor();
    await page.getByText('1 change waits to be saved. Keep this window open.').first().waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await studio.told(/^\s*4 points/).waitFor();
    expect(existsSync(project)).toBe(false);

    renameSync(join(folder, 'moved'), project);
    await page.getByText(/^The project folder was moved/).waitFor({ state: 'detached' });
    await page
      .getByText(/waits to be saved/)
      .first()
      .waitFor({ state: 'detached' });
    await page.reload();
    await studio.told(/^\s*4 points/).waitFor();
    await page.keyboard.press('Control+z');
    await studio.told(/^\s*3 points\s*$/).waitFor();
  });

  test('the details of an unexpected error are copied without the names of home and project', async () => {
    await studio.stage('Results').click();
    await studio.button('Export').waitFor();
    host.pauseProcess('imaging');
    await studio.button('Export').click();
    // What the host sends on its own follows after it has passed on the export.
    await studio.button('project').click();
    await page.getByRole('menuitem', { name: 'Open a project' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open a project' });
    await dialog.getByRole('combobox', { name: 'Path' }).fill(join(folder, 'images'));
    await page.keyboard.press('Enter');
    await dialog.getByText('field-1.tif').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    host.killProcess('imaging');
    // The message does not lie over the stages.
    const notice = (await studio.button('Copy details').boundingBox())!;
    const bar = (await page.getByRole('navigation', { name: 'Stages' }).boundingBox())!;
    expect(notice.y).toBeGreaterThan(bar.y + bar.height);
    await studio.button('Copy details').click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^LACSS Studio \d+\.\d+\.\d+\S*\nprocess-crashed\n.* ended unexpectedly/);
    // Where the error occurred in the program.
    expect(copied).toMatch(/\n +at .*~\/src-main\/processes\/supervisor/);
    expect(copied).not.toContain(process.cwd());
    expect(copied).not.toContain(folder);
  });

  test('nothing went wrong in the page', () => {
    expect(studio.complaints).toEqual([]);
  });
});
