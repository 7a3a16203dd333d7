import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTemplate } from '../renderer/state/test-window.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { comparePictures, readReduced, reducePicture, writeReduced } from './reduced-picture.ts';
import type { ReducedPicture } from './reduced-picture.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';

const references = fileURLToPath(new URL('pictures/', import.meta.url));
/** `PICTURES=write npx vitest run test/e2e/pictures.test.ts` writes new references. */
const isWriting = process.env['PICTURES'] === 'write';

/** A larger share of different pixels means that something moved, appeared or disappeared. */
const mostDiffering = 0.008;
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  // 1440 × 900 at 200 % zoom.
  { width: 720, height: 450 },
];
const themes = ['Dark', 'Light'] as const;

/**
 * System fonts differ, so the pictures use a font from a package: Inter, of vitepress. The number of cores
 * and a blinking cursor must not matter.
 */
function styles(): string {
  const vitepress = dirname(createRequire(import.meta.url).resolve('vitepress/package.json'));
  const font = readFileSync(join(vitepress, 'dist/client/theme-default/fonts/inter-roman-latin.woff2'));
  return `
    @font-face { font-family: Pictured; src: url(data:font/woff2;base64,${font.toString('base64')}); }
    :root { --font: Pictured !important; }
    * { font-family: Pictured !important; caret-color: transparent !important; }`;
}

describe.skipIf(chromiumPath === undefined)('every stage looks as it did', () => {
  const folder = temporaryFolder();
  let host: RunningHost;
  let browser: Browser;
  let page: Page;
  let studio: StudioPage;

  beforeAll(async () => {
    await makeTemplate(folder);
    host = await startHost(folder, { project: join(folder, 'project') });
    browser = await openChromium();
    // The policy of the page forbids external fonts.
    const context = await browser.newContext({
      viewport: sizes[0]!,
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    page = await context.newPage();
    studio = new StudioPage(page, folder);
    await page.goto(await host.address());
    await page.addStyleTag({ content: styles() });
    await studio.stage('Images').waitFor();
    await page.evaluate(() => document.fonts.load('13px Pictured'));
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  /** The page once it is stable: two pictures in a row are the same. */
  async function picture(): Promise<ReducedPicture> {
    await page.mouse.move(0, 0);
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await page.waitForFunction(
      () =>
        [...document.images].every(({ complete }) => complete) &&
        document.querySelector('.thumbnail[aria-busy=true]') === null,
    );
    let before = await page.screenshot();
    for (;;) {
      const after = await page.screenshot();
      if (after.equals(before)) return reducePicture(after);
      before = after;
    }
  }

  const readyWhen: Record<string, () => Promise<void>> = {
    Images: () => page.getByRole('list', { name: 'Images' }).getByRole('button').first().waitFor(),
    Foreground: () => page.getByLabel('Suggestion', { exact: true }).waitFor(),
    Points: () => studio.told(/^\s*3 points\s*$/).waitFor(),
    Train: () => studio.inspector.getByRole('button', { name: 'Start training' }).waitFor(),
    Review: () => page.getByRole('list', { name: 'Cells, worst first' }).waitFor(),
    Results: () => page.getByText('No label images to compare with').waitFor(),
  };

  async function choose(theme: string): Promise<void> {
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitem', { name: theme }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  }

  const reference = (name: string): string => join(references, `${name}.png`);
  /** Fails if too much differs, and says where to see the difference. */
  function judge(name: string, seen: ReducedPicture): void {
    if (isWriting) {
      mkdirSync(references, { recursive: true });
      writeFileSync(reference(name), writeReduced(seen));
      return;
    }
    const { share, where } = comparePictures(readReduced(readFileSync(reference(name))), seen);
    if (share <= mostDiffering) return;
    const failed = join(
      process.env['E2E_PICTURES'] ?? join(references, '..', '..', '..', 'test-pictures'),
      name,
    );
    mkdirSync(dirname(failed), { recursive: true });
    writeFileSync(`${failed}-seen.png`, writeReduced(seen));
    writeFileSync(`${failed}-difference.png`, writeReduced(where));
    const percent = (100 * share).toFixed(1);
    expect.fail(
      `${percent} % of ${name} looks different: see ${failed}-difference.png. If it is meant: PICTURES=write`,
    );
  }

  for (const [stage, ready] of Object.entries(readyWhen)) {
    test(`${stage}, in both themes and three sizes`, async () => {
      await studio.stage(stage).click();
      await ready();
      for (const theme of themes) {
        await choose(theme);
        for (const size of sizes) {
          await page.setViewportSize(size);
          await page.getByRole('navigation', { name: 'Stages' }).waitFor();
          judge(`${stage.toLowerCase()}-${size.width}-${theme.toLowerCase()}`, await picture());
        }
        await page.setViewportSize(sizes[0]!);
      }
    });
  }

  test.skipIf(isWriting)(
    'a panel that moves by 8 px, or that is gone, is noticed, and so are missing buttons',
    async () => {
      await choose('Dark');
      await studio.stage('Review').click();
      await page.getByRole('list', { name: 'Cells, worst first' }).waitFor();
      const expected = readReduced(readFileSync(reference('review-1440-dark')));
      const shareWith = async (css: string): Promise<number> => {
        const style = await page.addStyleTag({ content: css });
        const { share } = comparePictures(expected, await picture());
        await style.evaluate((element) => (element as HTMLElement).remove());
        return share;
      };
      expect(await shareWith('/* nothing */')).toBeLessThanOrEqual(mostDiffering);
      for (const css of [
        '[aria-label=Inspector] { margin-left: -8px; }',
        '[aria-label=Inspector] button { visibility: hidden; }',
        '.strip { visibility: hidden; }',
      ])
        expect(await shareWith(css), css).toBeGreaterThan(mostDiffering);
    },
  );
});
