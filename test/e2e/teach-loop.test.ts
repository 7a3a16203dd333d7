import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openProject } from '../../src-main/project/open-project.ts';
import { attachLabels } from '../../src-main/tasks/images/attach-labels.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { openReview } from '../../src-main/tasks/review/open-review.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { quickTraining } from '../tasks/quick-training.ts';
import { control, smallProject } from '../tasks/small-project.ts';
import { chromiumPath, openChromium } from './chromium.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';

const picturesFolder = process.env['E2E_PICTURES'];
/** Key presses that zoom in from 100 %, by a quarter each. */
const zooms = 7;
const scale = 1.25 ** zooms;
const middle = 64;
/** Timeout for a lesson of six seconds and all measurements before and after, on a busy computer. */
const lessonMs = 400_000;

/**
 * A person corrects cells, teaches the model and sees its new cells. Each test continues after the one
 * before.
 */
describe.skipIf(chromiumPath === undefined)('the loop of correcting and teaching in Chromium', () => {
  const folder = temporaryFolder();
  let host: RunningHost;
  let browser: Browser;
  let page: Page;
  let studio: StudioPage;
  let drawn: string[];

  beforeAll(async () => {
    const project = await smallProject(folder, 2);
    await attachLabels(project, { folder: join(folder, 'truth'), images: ['field-2'] }, control);
    await locateCells(project, { images: ['field-2'], choice: { kind: 'labels' } }, control);
    await trainOnProject(project, quickTraining, control);
    await project.close();
    host = await startHost(folder, { project: join(folder, 'project') });
    browser = await openChromium();
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    studio = new StudioPage(page, folder);
    await page.goto(await host.address());
    await studio.stage('Review').click();
  });
  afterEach(async ({ task }) => {
    if (picturesFolder !== undefined)
      await page.screenshot({ path: join(picturesFolder, `${task.name}.png`) });
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
  });

  /** The model of the cells, and the masks that a person drew, as they are on the disk. */
  async function kept(): Promise<{ model: string | null; added: string[] }> {
    const project = await openProject(join(folder, 'project'), { purpose: 'a test', access: 'read' });
    const { document, shapes } = (await openReview(project, 'field-1'))!;
    await project.close();
    const added = document.cells.filter(({ state }) => state === 'added');
    return {
      model: document.prediction?.model ?? null,
      added: added.map(({ id }) => JSON.stringify(shapes.mask(id))),
    };
  }

  test('the image is segmented, and 12 cells are drawn', async () => {
    await page.getByRole('button', { name: 'Segment 2 images' }).click();
    await studio.told('0 accepted').waitFor();
    for (const key of ['f', '1', ...new Array<string>(zooms).fill('='), 'l']) await page.keyboard.press(key);
    const box = (await page.getByRole('application').boundingBox())!;
    const pointTo = (y: number, x: number) =>
      page.mouse.move(
        box.x + box.width / 2 + (x - middle) * scale,
        box.y + box.height / 2 + (y - middle) * scale,
      );
    for (let cell = 0; cell < 12; cell++) {
      const [top, left] = [26 + 26 * Math.floor(cell / 4), 20 + 24 * (cell % 4)];
      await pointTo(top, left);
      await page.mouse.down();
      for (const [y, x] of [
        [0, 12],
        [12, 12],
        [12, 0],
      ] as const)
        await pointTo(top + y, left + x);
      await page.mouse.up();
      await studio.told(`${cell + 1} accepted`).waitFor();
    }
    await expect.poll(async () => (await kept()).added.length).toBe(12);
    ({ added: drawn } = await kept());
  });

  test('a lesson makes a new model, segments again, and keeps the 12 cells', async () => {
    const before = (await kept()).model;
    await studio.inspector.getByRole('textbox', { name: 'Time' }).fill('0.1');
    await page.keyboard.press('Tab');
    await studio.inspector.getByRole('button', { name: 'Teach' }).click();
    await studio.inspector.getByRole('button', { name: 'Keep' }).waitFor({ timeout: lessonMs });
    await studio.told('12 accepted').waitFor();
    const { model, added } = await kept();
    expect(model).not.toBe(before);
    expect(added).toEqual(drawn);
    const figures = studio.inspector.getByRole('table', {
      name: /^On held-out corrected cells: \d+ cells? in/,
    });
    for (const figure of ['AP50', 'AP75', 'FNR50']) {
      await figures
        .getByRole('row', { name: new RegExp(`^${figure} [01]\\.\\d{3} [01]\\.\\d{3}`) })
        .waitFor();
    }
    await studio.stage('Train').click();
    await page.getByText(/^\s*field-1 · (first step|epoch \d+)/).waitFor();
    await studio.stage('Review').click();
    await studio.inspector.getByRole('button', { name: 'Keep' }).click();
    await studio.inspector.getByRole('button', { name: 'Teach' }).waitFor();
    expect(studio.complaints).toEqual([]);
  }, 500_000);

  test('a person segments once more with the new model, and the 12 cells stay', async () => {
    await studio.inspector.getByRole('button', { name: 'This image', exact: true }).click();
    await studio.inspector.getByText('1 image segmented.').waitFor();
    await studio.told('12 accepted').waitFor();
    expect((await kept()).added).toEqual(drawn);
    expect(await studio.seriousFindings()).toEqual([]);
  });
});
