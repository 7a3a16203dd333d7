import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes } from '../../src-main/contract/errors.ts';
import { ensureBuilt } from '../../src-main/server/ensure-built.ts';
import { guidePages } from '../../src-renderer/stages/guide-pages.ts';
import { errorPage } from '../../src-renderer/ui/error-page.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';

/** The built guide, as the program serves it: with its content security policy, without a network. */
describe.skipIf(chromiumPath === undefined)('the guide', () => {
  let folder: string;
  let host: RunningHost;
  let browser: Browser;
  let page: Page;
  let origin: string;
  const complaints: string[] = [];
  const elsewhere: string[] = [];

  beforeAll(async () => {
    await ensureBuilt('guide', () => undefined);
    folder = await mkdtemp(join(tmpdir(), 'lacss-guide-'));
    // Not a project: the window shows an error.
    host = await startHost(folder, { project: folder });
    browser = await openChromium();
    page = await (await browser.newContext()).newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    origin = new URL(await host.address()).origin;
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) elsewhere.push(request.url());
    });
  }, 600_000);
  afterAll(async () => {
    await browser.close();
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('leads from its first page to the start, without a fault and without the network', async () => {
    await page.goto(`${origin}/help/`);
    await page.getByRole('link', { name: 'Five-minute start' }).first().click();
    await page.getByRole('heading', { name: 'Five-minute start' }).waitFor();
    await page.getByRole('link', { name: 'Prepare your images' }).first().click();
    await page.waitForURL('**/help/guide/images.html');
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  test('finds a word by itself', async () => {
    await page.goto(`${origin}/help/guide/`);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('diameter');
    await page.getByRole('option').first().click();
    await page.waitForURL(/help\/.+#/);
    expect(complaints).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  test('has an anchor for every kind of error', () => {
    const built = readFileSync(new URL('../../out/help/guide/errors.html', import.meta.url), 'utf8');
    for (const code of errorCodes) expect(built).toContain(`id="${code}"`);
  });

  test('has the licence texts of other packages, where the Help menu opens them', async () => {
    await page.goto(`${origin}/help/licences.txt`);
    await page.getByText('svelte 5').waitFor();
  });

  test('opens from an error in the window, at its kind', async () => {
    const window = await page.context().newPage();
    await window.goto(await host.address());
    const opened = page.context().waitForEvent('page');
    await window.getByRole('link', { name: 'More about this error' }).click();
    const guide = await opened;
    await guide.getByRole('heading', { name: 'project-missing' }).waitFor();
    expect(guide.url()).toBe(`${origin}/${errorPage('project-missing')}`);
    await guide.close();
    await window.close();
  });

  test.each(Object.values(guidePages))('has the place that a stage leads to: %s', (page) => {
    const [path, anchor] = page.split('#');
    const built = readFileSync(new URL(`../../out/${path}`, import.meta.url), 'utf8');
    if (anchor !== undefined) expect(built).toContain(`id="${anchor}"`);
  });

  test.each(['light', 'dark'] as const)('has no serious barrier in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${origin}/help/guide/figures.html`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  });
});
