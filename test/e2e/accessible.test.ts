import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTemplate } from '../renderer/state/test-window.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { StudioPage } from './studio-page.ts';

const modelFile = fileURLToPath(new URL('../../resources/models/base-cells.lacss', import.meta.url));

/** Menus, lists and dialogs that no other test checks with axe. Each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('what opens in the window is accessible', () => {
  const folder = temporaryFolder();
  let opened: OpenedStudio | undefined;
  let page: Page;
  let studio: StudioPage;

  beforeAll(async () => {
    await makeTemplate(folder);
    await copyFile(modelFile, join(folder, 'base.lacss'));
    await mkdir(join(folder, 'project', 'backups'), { recursive: true });
    for (const day of ['01', '02']) {
      const copy = `project-202611${day}T120000000Z-recent.json`;
      await copyFile(join(folder, 'project', 'project.json'), join(folder, 'project', 'backups', copy));
    }
    opened = await openStudio(folder, { project: join(folder, 'project') });
    ({ page, studio } = opened);
    await studio.stage('Images').click();
    await page.getByRole('list', { name: 'Images' }).waitFor();
  });
  afterAll(async () => {
    await opened?.close();
  });

  /** Opens something, checks it with axe, and closes it with Escape. */
  async function judge(opener: Locator, content: Locator): Promise<void> {
    await opener.click();
    await content.waitFor();
    expect(await studio.seriousFindings()).toEqual([]);
    await page.keyboard.press('Escape');
    await content.waitFor({ state: 'detached' });
  }
  const menu = () => page.getByRole('menu');
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  /** Checks that the Tab key stops once in a list, and that arrow keys move in it. */
  async function judgeStop(list: Locator): Promise<void> {
    const buttons = list.getByRole('button');
    await buttons.nth(1).waitFor();
    const stop = list.locator('button[tabindex="0"]');
    await expect.poll(() => stop.count()).toBe(1);
    await buttons.first().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => buttons.nth(1).evaluate((one) => one.matches(':focus'))).toBe(true);
    expect(await stop.count()).toBe(1);
  }
  /** Opens a menu, and a dialog from it. */
  async function judgeEntry(menuButton: Locator, entry: string, content: Locator): Promise<void> {
    await menuButton.click();
    await judge(page.getByRole('menuitem', { name: entry }), content);
  }

  test('a button without a name is found, and a text that is faint in one theme', async () => {
    await page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = '[data-theme="light"] #faint { color: #999; background: #aaa }';
      const faint = Object.assign(document.createElement('p'), { id: 'faint', textContent: 'Faint' });
      const button = Object.assign(document.createElement('button'), { id: 'nameless' });
      const wrong = Object.assign(document.createElement('div'), { id: 'wrong' });
      wrong.append(style, faint, button);
      document.querySelector('main')!.append(wrong);
    });
    const findings = await studio.seriousFindings();
    await page.evaluate(() => document.getElementById('wrong')!.remove());
    expect(findings).toEqual([
      expect.stringMatching(/^dark, button-name: .*nameless/),
      expect.stringMatching(/^light, color-contrast: .*faint/),
    ]);
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('the menus of the top bar, and the engine', async () => {
    for (const name of ['project', 'Theme', 'Help'])
      await judge(page.getByRole('button', { name, exact: true }), menu());
    await judge(studio.button(/^Engine: /), page.getByText('Compute engine'));
  });

  test('the dialogs for projects', async () => {
    const projects = page.getByRole('button', { name: 'project', exact: true });
    await judgeEntry(projects, 'New project', dialog('Start a project'));
    await judgeEntry(projects, 'Restore an earlier version', dialog('Restore an earlier version'));
  });

  test('the earlier versions of a project are one stop of the Tab key', async () => {
    await page.getByRole('button', { name: 'project', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Restore an earlier version' }).click();
    const versions = dialog('Restore an earlier version');
    await judgeStop(versions.getByRole('list', { name: 'Earlier versions' }));
    await page.keyboard.press('Escape');
    await versions.waitFor({ state: 'detached' });
  });

  test('lists of choices and colours', async () => {
    await judge(page.getByRole('combobox', { name: /^Order/ }), page.getByRole('listbox'));
    await studio.stage('Points').click();
    await studio.told(/^\s*3 points\s*$/).waitFor();
    await judge(page.getByRole('button', { name: /^Colour.*: / }).first(), menu());
  });

  test('models, with their menu and dialogs', async () => {
    await studio.stage('Train').click();
    await studio.button('Import model').click();
    await studio.chooseFile('base.lacss');
    const more = studio.button(/^More for /);
    await judge(more, menu());
    await judgeEntry(more, 'Rename', dialog('Rename model'));
    await judgeEntry(more, 'Model card', dialog(/./));
    await judgeEntry(more, 'Delete', dialog(/^Delete “/));
  });

  test('models are one stop of the Tab key, and a training may continue the newest', async () => {
    await studio.button('Import model').click();
    await studio.chooseFile('base.lacss');
    await judgeStop(page.getByRole('list', { name: 'Models' }));
    // A tooltip of the focused button would take the key.
    await page.keyboard.press('Escape');
    const start = page.getByRole('combobox', { name: /^Start from/ });
    expect(await start.textContent()).toContain('Base model for cells');
    await start.click();
    const choices = page.getByRole('option');
    await choices.first().waitFor();
    expect(await choices.first().textContent()).toMatch(/^\s*Continue /);
    await page.keyboard.press('Escape');
    await choices.first().waitFor({ state: 'detached' });
  });

  test('the images to correct next are one stop of the Tab key', async () => {
    await studio.stage('Review').click();
    await studio.button('Rank images').click();
    const ranked = page.getByRole('list', { name: 'Images to correct, best first' });
    await judgeStop(ranked);
    expect(await studio.seriousFindings()).toEqual([]);
  });

  test('every step of the tour', async () => {
    await studio.button('Help').click();
    await page.getByRole('menuitem', { name: 'Take the tour' }).click();
    const tour = page.getByRole('complementary', { name: 'Tour' });
    const next = tour.getByRole('button', { name: 'Next' });
    for (let step = 1; step <= 6; step++) {
      await tour.getByText(`${step} of 6`).waitFor();
      expect(await studio.seriousFindings(), `step ${step}`).toEqual([]);
      if (step < 6) await next.click();
    }
    await tour.getByRole('button', { name: 'Finish' }).click();
    await tour.waitFor({ state: 'detached' });
  });

  test('results without label images', async () => {
    await studio.stage('Results').click();
    await page.getByText('No label images to compare with').waitFor();
    // A faint example of what will be here: a curve and a table.
    expect(await page.locator('svg.sketch path.line').count()).toBe(1);
    expect(await page.locator('svg.sketch rect.bar').count()).toBe(12);
    expect(await studio.seriousFindings()).toEqual([]);
    expect(studio.complaints).toEqual([]);
  });
});
