import type { Page } from 'playwright-core';
import { untilQuiet } from './probe-page.ts';
import { quantile } from './quantile.ts';
import { goTo } from './with-page.ts';

/** How long a person takes to decide, ms. */
const decisionMs = 2100;

export interface PickFigures {
  /** From the key press to the end of the script of the first frame with the next image, ms. */
  scriptMs: number;
  /** From the key press until that frame is on the screen, ms; in steps of 8. */
  screenMs: number;
  /** Share of picks after which the next image appeared at once. */
  prefetched: string;
}

/** Picks a candidate in one image after the other, as fast as a person would. */
export async function measurePicks(page: Page, picks: number): Promise<PickFigures> {
  await goTo(page, 'Foreground');
  const script: number[] = [];
  const screen: number[] = [];
  let prefetched = 0;
  for (let i = 0; i < picks; i++) {
    await page.getByLabel('Suggestion', { exact: true }).waitFor();
    await untilQuiet(page);
    await page.waitForTimeout(decisionMs);
    const before = await page.evaluate(() => performance.now());
    await page.keyboard.press('3');
    await page.waitForTimeout(700);
    const { frames, suggested, uploads, key } = await page.evaluate((since) => {
      const record = window.lacssBench;
      return {
        frames: record.frames.filter((time) => time > since),
        suggested: record.framesWithSuggestion,
        uploads: record.uploads.filter((time) => time > since),
        key: record.keys.findLast(({ pressed }) => pressed > since) ?? null,
      };
    }, before);
    const first = frames[0];
    if (first === undefined) throw new Error('A pick was followed by no frame');
    const pressed = key?.pressed ?? before;
    // Later uploads are for the image after the next.
    if (suggested.includes(first) && uploads.every((time) => time > first)) prefetched++;
    script.push(first - pressed);
    // The browser does not report anything faster than two frames.
    screen.push(key ? key.presented - key.pressed : 16);
  }
  return {
    scriptMs: quantile(script, 0.5),
    screenMs: quantile(screen, 0.5),
    prefetched: `${prefetched} of ${picks}`,
  };
}
