import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject } from '../../src-main/project/create-project.ts';
import { hashBytes } from '../../src-main/project/hash-bytes.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { chromiumPath } from './chromium.ts';
import { dropOn } from './drop-on.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { StudioPage } from './studio-page.ts';
import { writeColonies } from './write-colonies.ts';

/** In order: each test continues after the one before. */
describe.skipIf(chromiumPath === undefined)(
  'images dropped on the window, and a training that is held up',
  () => {
    const folder = temporaryFolder();
    let opened: OpenedStudio | undefined;
    let page: Page;
    let studio: StudioPage;

    beforeAll(async () => {
      await writeColonies(join(folder, 'microscope'), 2);
      // Another field of the same name, from another day.
      await mkdir(join(folder, 'plate', 'tuesday'), { recursive: true });
      await rename(
        join(folder, 'microscope', 'colony-2.tif'),
        join(folder, 'plate', 'tuesday', 'colony-1.tif'),
      );
      await (await createProject(join(folder, 'Dropped'), 'test')).close();
      opened = await openStudio(folder, { project: join(folder, 'Dropped') });
      ({ page, studio } = opened);
    });
    afterAll(async () => {
      await opened?.close();
    });

    const step = async () =>
      Number.parseInt((await studio.inspector.getByText(/^\d+ of 150$/).textContent())!, 10);

    test('a file and a folder that holds another of its name become two images', async () => {
      await page.getByRole('heading', { name: 'Add your images' }).waitFor();
      // An empty stage shows a faint example of what will be there.
      expect(await page.locator('svg.sketch ellipse').count()).toBeGreaterThan(40);
      await studio.stage('Train').click();
      await page.getByText('Not ready to train yet').waitFor();
      expect(await page.locator('svg.sketch path.line').count()).toBe(1);
      expect(await page.locator('svg.sketch ellipse').count()).toBe(7);
      await studio.stage('Images').click();
      await dropOn(page, [join(folder, 'microscope', 'colony-1.tif'), join(folder, 'plate')]);
      const dialog = page.getByRole('dialog', { name: 'Add images' });
      await dialog.getByRole('button', { name: 'Add 2 images' }).click();
      await studio.told('2 images').waitFor();
    });

    test('a folder without images is refused in plain words', async () => {
      await mkdir(join(folder, 'letters'));
      await dropOn(page, [join(folder, 'letters')]);
      await page.getByText('The dropped files and folders contain no TIFF or PNG images.').waitFor();
      await studio.button('Dismiss').click();
    });

    test('where a label image is given, Train shows its outlines instead of foreground and points', async () => {
      await studio.stage('Foreground').click();
      for (const done of [1, 2]) {
        await page.getByLabel('Suggestion', { exact: true }).waitFor();
        // The figures of a candidate say what they are.
        await page
          .getByText(/^threshold \d/)
          .first()
          .waitFor();
        await page
          .getByText(/\d\s?% covered$/)
          .first()
          .waitFor();
        await page.keyboard.press('Enter');
        await studio.told(`${done} of 2`).waitFor();
      }
      await studio.stage('Points').click();
      await studio.button('Find points in all images').click();
      await studio.button('Continue to Train').click();
      // The upper half of the viewer, found by its content. Text below it says what the model learns from.
      const picture = async () => {
        const { x, y, width, height } = (await page.getByRole('application').boundingBox())!;
        return hashBytes(await page.screenshot({ clip: { x, y, width, height: height / 2 } }));
      };
      await page.getByText('The model learns outlines from the foreground and the points.').waitFor();
      await page.keyboard.down('h');
      const bare = await picture();
      await page.keyboard.up('h');
      await expect.poll(picture).not.toBe(bare);
      await page.getByText('Annotation: foreground and points').waitFor();
      const weak = await picture();
      await studio.stage('Images').click();
      await studio.button('Attach').click();
      await studio.chooseFile('truth', 'colony-1.tif');
      await page.getByText('Label image: ').waitFor();
      await studio.stage('Train').click();
      await page.getByText(/^The model learns from 1 label image\. In the other images/).waitFor();
      await page.getByText('Truth: outlines of the label image, to learn from').waitFor();
      // The points disappear when the outlines appear. The old view must be gone, and the image must not stay
      // bare.
      await expect.poll(async () => [weak, bare].includes(await picture())).toBe(false);
      await page.keyboard.down('h');
      await expect.poll(picture).toBe(bare);
      await page.keyboard.up('h');
      await expect.poll(picture).not.toBe(bare);
      expect(await studio.seriousFindings()).toEqual([]);
    });

    test('a training that is paused stands still, goes on, and keeps its best model when it is stopped', async () => {
      await studio.choose(/^Model/, /^Tiny/);
      const strip = page.getByRole('complementary', { name: 'Images of the project' });
      const names = await strip.locator('button .name').allTextContents();
      const marked = names[0]!.trim();
      await strip.locator('button .name').nth(1).click();
      await strip.locator('button[aria-current]', { hasText: names[1]!.trim() }).waitFor();
      await page.getByRole('slider', { name: 'Epochs' }).press('Home');
      await studio.inspector.getByRole('button', { name: 'Start training' }).click();
      await expect.poll(step, { timeout: 60_000 }).toBeGreaterThan(1);
      await page.getByText('Loss, all terms', { exact: true }).waitFor();
      expect(await studio.button('Loss terms').getAttribute('aria-expanded')).toBe('false');

      // The strip marks the image whose previews are shown, also where another one was looked at before.
      await strip.locator('button[aria-current]', { hasText: marked }).waitFor();
      await page.locator('.preview').getByText(`${marked} · `).waitFor();

      await studio.button('Pause').click();
      await studio.inspector.getByRole('heading', { name: 'Paused' }).waitFor();
      const paused = await step();
      // Work of another stage meanwhile: time passes, steps do not.
      await studio.stage('Foreground').click();
      await page.keyboard.press('a');
      await page.getByLabel('Suggestion', { exact: true }).waitFor();
      await studio.stage('Train').click();
      expect(await step()).toBe(paused);
      await studio.button('Resume').click();
      await expect.poll(step, { timeout: 60_000 }).toBeGreaterThan(paused);

      await studio.button('Stop').click();
      await studio.inspector.getByText('Stopped. The model so far is in the list.').waitFor();
      await studio.button('More for tiny-1').waitFor();
      await studio.button('Review cells').waitFor();
      expect(await studio.seriousFindings()).toEqual([]);
    });

    test('the card of a model tells what it learnt from', async () => {
      await studio.button('More for tiny-1').click();
      await page.getByRole('menuitem', { name: 'Model card' }).click();
      const card = page.getByRole('dialog', { name: 'tiny-1' });
      await card.getByText('2 images, 1 of them with label images').waitFor();
      await card.getByText('random weights').waitFor();
      expect(await studio.seriousFindings()).toEqual([]);
      await page.keyboard.press('Escape');
      await card.waitFor({ state: 'detached' });
      expect(studio.complaints).toEqual([]);
    });
  },
);
