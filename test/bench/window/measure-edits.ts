import type { Page } from 'playwright-core';
import { quantile } from './quantile.ts';

/** All effects of an action are painted after this time, ms. */
const settledMs = 900;

export interface EditFigures {
  /** From the key until the script of the frame with the judgement has ended, ms, median and slowest. */
  judge: [medianMs: number, slowestMs: number];
  /** The same until that frame is on the screen; in steps of 8. */
  judgeOnScreen: [medianMs: number, slowestMs: number];
  /** The same from the key to the frame with the smooth outline, which the page computes itself. */
  smooth: [medianMs: number, slowestMs: number];
  /** The same until that frame is on the screen; in steps of 8. */
  smoothOnScreen: [medianMs: number, slowestMs: number];
  /** From the end of a click in the image to the end of the script of the frame with the selection. */
  select: [medianMs: number, slowestMs: number];
  /** From a key on the slider of the minimum score to the end of the script of the frame. */
  filter: [medianMs: number, slowestMs: number];
}

/** Judges, smooths, selects and filters cells of an image, as the page shows it. */
export async function measureEdits(page: Page, turns: number): Promise<EditFigures> {
  const repeat = async (act: () => Promise<void>, prepare?: () => Promise<void>): Promise<Action[]> => {
    const actions: Action[] = [];
    for (let i = 0; i < turns; i++) {
      if (prepare) {
        await prepare();
        await page.waitForTimeout(settledMs);
      }
      actions.push(await timed(page, act));
    }
    return actions;
  };
  const figuresOf = (times: number[]): [number, number] => [quantile(times, 0.5), Math.max(...times)];

  const box = (await page.getByRole('application').boundingBox())!;
  let at = 0;
  const select = await repeat(async () => {
    at += 1;
    await page.mouse.click(box.x + box.width / 2 + 40 * (at % 7), box.y + box.height / 2 + 31 * (at % 5));
  });
  const slider = page.getByRole('slider', { name: 'Minimum score' });
  await slider.focus();
  const filter = await repeat(() => page.keyboard.press('ArrowRight'));
  await slider.blur();
  await page.keyboard.press('j');
  await page.waitForTimeout(settledMs);
  const judge = await repeat(() => page.keyboard.press('x'));
  const smooth = await repeat(
    () => page.keyboard.press('s'),
    () => page.keyboard.press('j'),
  );
  return {
    judge: figuresOf(judge.map(({ firstMs }) => firstMs)),
    judgeOnScreen: figuresOf(judge.map(({ screenMs }) => screenMs)),
    smooth: figuresOf(smooth.map(({ firstMs }) => firstMs)),
    smoothOnScreen: figuresOf(smooth.map(({ screenMs }) => screenMs)),
    select: figuresOf(select.map(({ firstMs }) => firstMs)),
    filter: figuresOf(filter.map(({ firstMs }) => firstMs)),
  };
}

/** From an action to the first frame after it, ms. */
interface Action {
  firstMs: number;
  screenMs: number;
}

async function timed(page: Page, act: () => Promise<void>): Promise<Action> {
  const before = await page.evaluate(() => performance.now());
  await act();
  await page.waitForTimeout(settledMs);
  return page.evaluate((since) => {
    const { presses, frames, keys } = window.lacssBench;
    const pressed = presses.findLast((time) => time > since);
    if (pressed === undefined) throw new Error('The page has heard of no action');
    const after = frames.filter((time) => time > pressed);
    if (after.length === 0) throw new Error('An action was followed by no frame');
    const key = keys.findLast(({ pressed: time }) => time > since);
    return {
      firstMs: after[0]! - pressed,
      screenMs: key ? key.presented - key.pressed : 16,
    };
  }, before);
}
