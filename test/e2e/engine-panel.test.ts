import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';

describe.skipIf(chromiumPath === undefined)('the engine panel in Chromium', () => {
  let opened: OpenedStudio | undefined;
  let page: Page;

  beforeAll(async () => {
    const folder = temporaryFolder();
    opened = await openStudio(folder, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { studio } = opened;
    ({ page } = opened);
    await studio.button(/^Start a project/).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Machine');
    await studio.button('Choose folder').click();
    await studio.chooseFolder();
    await studio.button('Create project').click();
    await page.getByRole('heading', { name: 'Add your images' }).waitFor();
  });
  afterAll(async () => {
    await opened?.close();
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
