import { basename, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';

/** Timeout for work of the processes, on a computer that is busy with other tests. */
const patienceMs = 90_000;

/** The window as a person uses it. */
export class StudioPage {
  readonly page: Page;
  /** What went wrong in the page itself. */
  readonly complaints: string[] = [];
  readonly #root: string;

  /** @param root the folder that files are chosen in */
  constructor(page: Page, root: string) {
    this.page = page;
    this.#root = root;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  stage(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Stages' }).getByRole('button', { name });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspector' });
  }

  /** Texts in the status bar. */
  told(words: string | RegExp): Locator {
    return this.page.locator('main footer').getByText(words);
  }

  /** Chooses an option of a list, by the names of both. */
  async choose(list: RegExp, choice: RegExp): Promise<void> {
    await this.page.getByRole('combobox', { name: list }).click();
    await this.page.getByRole('option', { name: choice }).click();
  }

  /** Opens a folder in the window's own chooser. */
  async chooseFolder(...names: string[]): Promise<void> {
    const dialog = await this.#goDown(names);
    await dialog.getByRole('button', { name: 'Choose this folder' }).click();
  }

  /** Opens the folders down to a file in the window's own chooser. */
  async chooseFile(...path: string[]): Promise<void> {
    const dialog = await this.#goDown(path.slice(0, -1));
    await dialog.getByRole('button', { name: new RegExp(`^${path.at(-1)!}`) }).click();
    await dialog.getByRole('button', { name: /^Choose/ }).click();
  }

  async #goDown(names: string[]): Promise<Locator> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button', { name: basename(this.#root), exact: true }).click();
    for (const name of names) await dialog.getByRole('button', { name, exact: true }).click();
    const field = await dialog.getByRole('combobox', { name: 'Path' }).elementHandle();
    await this.page.waitForFunction(([input, path]) => (input as HTMLInputElement).value === path, [
      field,
      join(this.#root, ...names),
    ] as const);
    return dialog;
  }

  /**
   * Serious and critical findings of axe in the dark and the light theme, in words. Themes differ only in
   * colours, so the light one is checked only by the rules for colours.
   */
  async seriousFindings(): Promise<string[]> {
    const found: string[] = [];
    for (const theme of ['dark', 'light']) {
      await this.page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
      // In this mode axe runs in the page itself. The other one opens a page per report, because of frames.
      const axe = new AxeBuilder({ page: this.page })
        .options({ resultTypes: ['violations'] })
        .setLegacyMode();
      if (theme === 'light') axe.withRules(['color-contrast', 'link-in-text-block']);
      const { violations } = await axe.analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      found.push(...serious.map(({ id, nodes }) => `${theme}, ${id}: ${nodes[0]?.html ?? ''}`));
    }
    await this.page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'));
    return found;
  }
}
