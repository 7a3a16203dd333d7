import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numberAt } from '../../src-main/contract/elements.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTemplate } from '../renderer/state/test-window.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';

declare global {
  interface Window {
    /** Pictures that were made by moving an earlier one. */
    movedPictures: number;
  }
}

/** The share of pixels that differ visibly. */
function differing(first: Uint8Array, second: Uint8Array): number {
  const [a, b] = [decode(first), decode(second)];
  expect([b.height, b.width]).toEqual([a.height, a.width]);
  let count = 0;
  for (let i = 0; i < a.data.length; i += a.channels) {
    if (Math.abs(numberAt(a.data, i) - numberAt(b.data, i)) > 8) count++;
  }
  return count / (a.height * a.width);
}

describe.skipIf(chromiumPath === undefined)('six panes while panning', () => {
  const folder = temporaryFolder();
  let opened: OpenedStudio;

  beforeAll(async () => {
    await makeTemplate(folder);
    opened = await openStudio(folder, { project: join(folder, 'project') });
    // The page has its secret now: a reload keeps it.
    await opened.studio.stage('Foreground').waitFor();
    await opened.page.addInitScript(() => {
      window.movedPictures = 0;
      const { copyTexSubImage2D } = WebGL2RenderingContext.prototype;
      WebGL2RenderingContext.prototype.copyTexSubImage2D = function (...values) {
        window.movedPictures++;
        copyTexSubImage2D.apply(this, values);
      };
    });
    await opened.page.reload();
  });
  afterAll(async () => {
    await opened?.close();
  });

  test('pictures that were moved are the same as pictures painted anew', async () => {
    const { page, studio } = opened;
    await studio.stage('Foreground').click();
    await page.getByLabel('Suggestion', { exact: true }).waitFor();
    const viewer = page.getByRole('application');
    const shot = async (): Promise<Uint8Array> => {
      await page.mouse.move(2, 2);
      // Tiles and contours may still arrive.
      let last = await viewer.screenshot();
      for (let next = await viewer.screenshot(); !next.equals(last); next = await viewer.screenshot())
        last = next;
      return last;
    };
    await page.keyboard.press('=');
    const before = await shot();
    const box = (await viewer.boundingBox())!;
    const [x, y] = [box.x + box.width / 6, box.y + box.height / 4];
    await page.mouse.move(x, y);
    await page.mouse.down();
    const moves = [
      [9, 4],
      [23, -11],
      [-31, -40],
      [37, 26],
    ] as const;
    for (const [dx, dy] of moves) await page.mouse.move(x + dx, y + dy);
    await page.mouse.up();
    const panned = await shot();
    expect(await page.evaluate(() => window.movedPictures)).toBeGreaterThan(0);
    expect(differing(before, panned)).toBeGreaterThan(0.05);

    // Panes of another size need new pictures.
    const width = () => page.evaluate(() => document.querySelector('canvas')!.width);
    const wide = await width();
    await page.setViewportSize({ width: 1400, height: 900 });
    await expect.poll(width).not.toBe(wide);
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect.poll(width).toBe(wide);
    expect(differing(panned, await shot())).toBeLessThan(0.0005);
  });
});
