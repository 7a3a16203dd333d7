import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { readCatalogues } from '../renderer/languages/extract-texts.ts';
import { makeTemplate } from '../renderer/state/test-window.ts';
import { chromiumPath } from './chromium.ts';
import { findClippedTexts } from './find-clipped-texts.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];
const stages = ['Bilder', 'Vordergrund', 'Punkte', 'Training', 'Prüfung', 'Ergebnisse'];

/** The window on a computer whose language is German. Each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)('the window in German', () => {
  const folder = temporaryFolder();
  let opened: OpenedStudio | undefined;
  let page: Page;
  /** English texts that differ from the German ones, without values. */
  let english: ReadonlySet<string>;
  let german: readonly string[];

  beforeAll(async () => {
    const texts = (await readCatalogues()).filter(({ key }) => !/[{<#]/.test(key));
    const other = texts.filter((text) => text.german[0] !== text.english[0]);
    german = texts.map((text) => text.german[0]!);
    // A German text may also be an English word, such as Name or Status.
    english = new Set(other.map(({ key }) => key).filter((key) => !german.includes(key)));
    await makeTemplate(folder);
    opened = await openStudio(folder, { project: join(folder, 'project'), locale: 'de-AT' });
    ({ page } = opened);
    await stage('Bilder').waitFor();
  });
  afterAll(async () => {
    await opened?.close();
  });

  const stage = (name: string) =>
    page.getByRole('navigation', { name: 'Arbeitsschritte' }).getByRole('button', { name });
  const language = () => page.evaluate(() => document.documentElement.lang);

  /** Texts of the page, visible or for screen readers. */
  function shownTexts(): Promise<string[]> {
    return page.evaluate(() => {
      const named = ['aria-label', 'title', 'placeholder', 'aria-description'];
      return [...document.querySelectorAll('body *')].flatMap((element) => [
        ...[...element.childNodes].flatMap((node) =>
          node.nodeType === Node.TEXT_NODE ? [(node.textContent ?? '').trim()] : [],
        ),
        ...named.map((name) => element.getAttribute(name) ?? ''),
      ]);
    });
  }

  async function expectGerman(): Promise<void> {
    expect.soft((await shownTexts()).filter((text) => english.has(text))).toEqual([]);
    expect.soft(await page.evaluate(findClippedTexts, german)).toEqual([]);
  }

  test('it starts in the language of the system', async () => {
    expect(await language()).toBe('de');
    await expectGerman();
  });

  test('a text that is cut would be found', async () => {
    const squeeze = (css: string) =>
      page.evaluate((style) => document.querySelector('nav button')!.setAttribute('style', style), css);
    await squeeze('width: 20px; overflow: hidden');
    expect(await page.evaluate(findClippedTexts, german)).toContainEqual(
      expect.stringMatching(/^cut: Bilder/),
    );
    await squeeze('');
    expect(await page.evaluate(findClippedTexts, german)).toEqual([]);
  });

  test.each(stages)('%s has German texts, none of them clipped', async (name) => {
    await stage(name).click();
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      // In a narrow window the inspector is a drawer.
      const opener = page.getByRole('button', { name: 'Inspektor', exact: true });
      const isDrawer = await opener.isVisible();
      if (isDrawer) await opener.click();
      await page.getByRole('complementary', { name: 'Inspektor' }).waitFor();
      await opened!.picture(`german-${name}-${size.width}`);
      await expectGerman();
      if (isDrawer) await page.getByRole('button', { name: 'Inspektor schließen' }).click();
      await expectGerman();
    }
  });

  test.each([
    ['die Befehle', 'Control+k', 'Befehle'],
    ['die Tastenkürzel', 'F1', 'Tastenkürzel'],
  ])('%s are German', async (_, key, name) => {
    await page.setViewportSize(sizes[1]!);
    await page.keyboard.press(key);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(name, { exact: true }).first().waitFor();
    await opened!.picture(`german-${name}`);
    await expectGerman();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.setViewportSize(sizes[0]!);
  });

  test('menus and the dialogs behind them are German', async () => {
    await page.setViewportSize(sizes[1]!);
    const menu = page.getByRole('menu');
    for (const name of ['project', 'Farbschema', 'Hilfe']) {
      await page.getByRole('button', { name, exact: true }).click();
      await menu.waitFor();
      await expectGerman();
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'detached' });
    }
    for (const [entry, title] of [
      ['Neues Projekt', 'Projekt beginnen'],
      ['Frühere Version wiederherstellen', 'Frühere Version wiederherstellen'],
    ] as const) {
      await page.getByRole('button', { name: 'project', exact: true }).click();
      await page.getByRole('menuitem', { name: entry }).click();
      const dialog = page.getByRole('dialog', { name: title });
      await dialog.waitFor();
      await opened!.picture(`german-${title}`);
      await expectGerman();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    await page.setViewportSize(sizes[0]!);
  });

  test.each(sizes)('every step of the tour fits into $width × $height px', async (size) => {
    await page.setViewportSize(size);
    await page.getByRole('button', { name: 'Hilfe', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Tour starten' }).click();
    const tour = page.getByRole('complementary', { name: 'Tour' });
    for (let step = 1; step <= 6; step++) {
      await tour.getByText(`${step} von 6`).waitFor();
      await opened!.picture(`german-tour-${step}-${size.width}`);
      await expectGerman();
      await tour.getByRole('button', { name: step < 6 ? 'Weiter' : 'Fertig' }).click();
    }
    await tour.waitFor({ state: 'detached' });
    await page.setViewportSize(sizes[0]!);
  });

  test('a step that the host names, and its undo, are German', async () => {
    await stage('Vordergrund').click();
    await page.getByLabel('Vorschlag', { exact: true }).waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('a');
    await page.keyboard.press('Control+z');
    await page.getByText('Rückgängig gemacht: Kandidat 1 wählen').first().waitFor();
    await expectGerman();
  });

  test('fields take a comma, and files have a point', async () => {
    await stage('Bilder').click();
    const size = page.getByRole('textbox', { name: /^Pixelgröße/ });
    await size.fill('0,65');
    await size.press('Enter');
    await page.getByRole('textbox', { name: 'Pixelgröße (eingegeben)' }).waitFor();
    expect(await size.inputValue()).toBe('0,65');
    await stage('Ergebnisse').click();
    await page.getByRole('button', { name: 'Exportieren' }).click();
    await page.getByText(/^\s*Geschrieben: /).waitFor();
    const exports = join(folder, 'project', 'exports');
    const tables = readdirSync(exports, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.csv'),
    );
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      const [head = '', ...rows] = readFileSync(join(exports, table), 'utf8').trim().split('\n');
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.join('\n')).toMatch(/\d\.\d/);
      for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
    }
  });

  test('another language shows at once, and nothing is lost', async () => {
    await stage('Bilder').click();
    const search = page.getByRole('textbox', { name: 'Bilder nach Namen suchen' });
    await search.fill('image');
    await page.getByRole('button', { name: 'Farbschema' }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    const field = page.getByRole('textbox', { name: 'Search images by name' });
    await field.waitFor();
    expect([await language(), await field.inputValue()]).toEqual(['en', 'image']);
    for (const name of ['Foreground', 'Points', 'Train', 'Review', 'Results']) {
      await page.getByRole('navigation', { name: 'Stages' }).getByRole('button', { name }).click();
      const leftovers = (await shownTexts()).filter((text) => german.includes(text) && text.length > 12);
      expect({ name, leftovers }).toEqual({ name, leftovers: [] });
    }
    await page.reload();
    await page.getByRole('navigation', { name: 'Stages' }).waitFor();
    expect(await language()).toBe('en');
    expect(opened!.studio.complaints).toEqual([]);
  });
});
