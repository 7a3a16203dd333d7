import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';
import { writeColonies } from './write-colonies.ts';

const imageCount = 3;
/** For what the processes compute, on a computer that is busy with other tests. */
const patienceMs = 60_000;

/** From files to annotations, in order: each test goes on where the one before ended. */
describe.skipIf(chromiumPath === undefined)('the window in Chromium, against the real host', () => {
  const folder = temporaryFolder();
  let host: RunningHost;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    await writeColonies(join(folder, 'microscope'), imageCount);
    host = await startHost(folder);
    browser = await openChromium();
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(host.url);
  });
  // What the window looked like when a test failed, for whoever reads the log.
  afterEach(async ({ task }) => {
    const folderOfPictures = process.env['E2E_PICTURES'];
    if (task.result?.state !== 'fail' || folderOfPictures === undefined) return;
    await page.screenshot({ path: join(folderOfPictures, `${task.name}.png`) });
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  const stage = (name: string) =>
    page.getByRole('navigation', { name: 'Stages' }).getByRole('button', { name });
  /** Words in the status bar. */
  const told = (words: string | RegExp) => page.locator('main footer').getByText(words);
  const button = (name: string | RegExp) => page.getByRole('button', { name });

  /** Goes down to a folder in the window's own chooser. */
  async function choosePath(...names: string[]): Promise<void> {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: folder }).click();
    for (const name of names) await dialog.getByRole('button', { name, exact: true }).click();
    await dialog
      .getByRole('status')
      .filter({ hasText: join(folder, ...names) })
      .waitFor();
    await dialog.getByRole('button', { name: 'Choose this folder' }).click();
  }

  /** Serious and critical findings of axe, in words. */
  async function seriousFindings(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  }

  test('a project is made in a folder of one’s own', async () => {
    await button(/^Start a project/).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Colonies');
    await button('Choose folder').click();
    await choosePath();
    await button('Create project').click();
    await page.getByRole('heading', { name: 'Bring in your images' }).waitFor();
    expect(existsSync(join(folder, 'Colonies', 'project.json'))).toBe(true);
  });

  test('two-channel TIFFs are looked at and added', async () => {
    await button('Choose a folder').click();
    await choosePath('microscope');
    const dialog = page.getByRole('dialog', { name: 'Add images' });
    await dialog.getByText('colony-1', { exact: true }).waitFor();
    expect(await dialog.getByRole('img').count()).toBe(2 * imageCount);
    await dialog.getByRole('button', { name: `Add ${imageCount} images` }).click();
    await told(`${imageCount} images`).waitFor();
    expect(await seriousFindings()).toEqual([]);
  });

  test('foregrounds are picked with one key each, and the next image comes by itself', async () => {
    await stage('Foreground').click();
    for (let done = 0; done < imageCount; done++) {
      await page.getByLabel('The program’s guess').waitFor();
      await page.keyboard.press(done === 0 ? '3' : 'Enter');
      await told(`${done + 1} of ${imageCount}`).waitFor();
    }
    await button('Go on to Locations').waitFor();
    expect(await seriousFindings()).toEqual([]);
  });

  test('a pick is taken back and made again', async () => {
    await page.keyboard.press('u');
    await told(`${imageCount - 1} of ${imageCount}`).waitFor();
    await page.keyboard.press('Shift+z');
    await told(`${imageCount} of ${imageCount}`).waitFor();
  });

  test('locations are found in all images, and one is added by a click and taken back', async () => {
    await button('Go on to Locations').click();
    await button('Find locations in all images').click();
    await button('Go on to Train').waitFor();
    // The image's own points come a moment after the count of images: wait for them, not for their place.
    const count = told(/^[1-9]\d* locations/);
    const before = Number.parseInt((await count.textContent())!);
    expect(before).toBeGreaterThan(3);
    const viewer = page.getByRole('application');
    const box = (await viewer.boundingBox())!;
    await viewer.click({ position: { x: box.width / 2 + 3, y: 40 } });
    await told(`${before + 1} locations`).waitFor();
    await page.keyboard.press('Control+z');
    await told(`${before} locations`).waitFor();
    expect(await seriousFindings()).toEqual([]);
  });

  test('nothing went wrong in the page on the way', () => {
    expect(complaints).toEqual([]);
  });
});
