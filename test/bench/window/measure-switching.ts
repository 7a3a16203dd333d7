import type { Page } from 'playwright-core';
import { untilQuiet } from './probe-page.ts';
import { quantile } from './quantile.ts';
import { goTo } from './with-page.ts';

export interface SwitchFigures {
  /** From the click to the first frame with tiles of the image, ms. */
  firstMs: number;
  /** From the click until every tile in sight is there, ms. */
  sharpMs: number;
}

/** Goes to images that are not next to the one before, so that nothing is prefetched. Medians. */
export async function measureSwitching(page: Page, order: readonly number[]): Promise<SwitchFigures> {
  await goTo(page, 'Points');
  await untilQuiet(page);
  const first: number[] = [];
  const sharp: number[] = [];
  for (const index of order) {
    const before = await page.evaluate(() => performance.now());
    await page.locator('.strip button.frame').nth(index).click();
    await page.waitForFunction((since) => window.lacssBench.uploads.some((time) => time > since), before);
    const { presses, frames, uploads } = await page.evaluate(() => window.lacssBench);
    // The picture of the image itself comes before those of its neighbours, which are prefetched later.
    await untilQuiet(page);
    const later = await page.evaluate(() => window.lacssBench);
    const pressed = presses.find((time) => time > before) ?? before;
    const arrived = uploads.find((time) => time > before)!;
    first.push((later.frames.find((time) => time > arrived) ?? frames.at(-1)!) - pressed);
    // Neighbours follow after a pause of the uploads.
    const own = later.uploads.filter((time) => time > before);
    const pause = own.findIndex((time, i) => i > 0 && time - own[i - 1]! > 300);
    sharp.push(own[(pause === -1 ? own.length : pause) - 1]! - pressed);
  }
  return { firstMs: quantile(first, 0.5), sharpMs: quantile(sharp, 0.5) };
}
