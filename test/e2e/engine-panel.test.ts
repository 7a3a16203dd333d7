import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';

describe.skipIf(chromiumPath === undefined)('the engine panel in Chromium', () => {
  let host: RunningHost;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const folder = temporaryFolder();
    host = await startHost(folder);
    browser = await openChromium();
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    await page.goto(await host.address());
    const studio = new StudioPage(page, folder);
    await studio.button(/^Start a project/).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Machine');
    await studio.button('Choose folder').click();
    await studio.chooseFolder();
    await studio.button('Create project').click();
    await page.getByRole('heading', { name: 'Add your images' }).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  test('the machine is examined, and the report copied with one click', async () => {
    await page.getByRole('button', { name: /^Engine/ }).click();
    await page.getByRole('button', { name: 'Test this computer' }).click();
    await page.getByRole('button', { name: 'Copy report' }).click();
    await page.getByRole('button', { name: 'Report copied' }).waitFor();
    const report = await page.evaluate(() => navigator.clipboard.readText());
    for (const topic of ['Processor', 'Graphics', 'Memory', 'Engine onnx', 'Engine webgpu', 'Engine cpu']) {
      expect(report).toMatch(new RegExp(`^${topic}: .+$`, 'm'));
    }
    expect(report).toMatch(
      /^Engine (?:onnx|webgpu|tensorflow): .*self-test.* It convolves at \d+ GFLOP\/s\.$/m,
    );
  });
});
