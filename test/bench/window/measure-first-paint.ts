import type { Page } from 'playwright-core';
import { untilQuiet } from './probe-page.ts';

const settleMs = 3000;

/** Ms since the address was opened. */
export interface FirstPaintFigures {
  /** The list of images stands. */
  listMs: number;
  /** The first image is in the viewer. */
  imageMs: number;
  /** Every thumbnail in sight is there. */
  thumbnailsMs: number;
}

declare global {
  interface Window {
    lacssSeen: { list: number; thumbnails: number };
  }
}

/** Opens the window again and measures how it appears. */
export async function measureFirstPaint(page: Page): Promise<FirstPaintFigures> {
  // The first opening starts work on candidates of several images. The measurement of the second must not
  // include it.
  await page.getByLabel('Suggestion', { exact: true }).waitFor();
  await untilQuiet(page);
  await page.waitForTimeout(settleMs);
  await page.addInitScript(() => {
    // This is a method because the bundler adds a helper to named functions, and the page lacks that helper.
    const watch = {
      seen: { list: 0, thumbnails: 0 },
      look() {
        // The list holds a few more below. A browser loads them only when they are visible.
        const shown = [...document.querySelectorAll<HTMLImageElement>('.strip img')].filter(
          (image) => image.getBoundingClientRect().top < innerHeight,
        );
        if (shown.length > 0 && this.seen.list === 0) this.seen.list = performance.now();
        if (shown.length > 0 && shown.every(({ complete, naturalWidth }) => complete && naturalWidth > 0))
          this.seen.thumbnails = performance.now();
        else requestAnimationFrame(() => this.look());
      },
    };
    window.lacssSeen = watch.seen;
    watch.look();
  });
  await page.reload();
  await untilQuiet(page);
  await page.waitForFunction(() => window.lacssSeen.thumbnails > 0);
  return page.evaluate(() => {
    const { frames, uploads } = window.lacssBench;
    // The frame after the first tile.
    const imageMs = frames.find((time) => time > uploads[0]!) ?? Number.NaN;
    return { listMs: window.lacssSeen.list, imageMs, thumbnailsMs: window.lacssSeen.thumbnails };
  });
}
