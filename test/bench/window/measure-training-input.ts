import type { Page } from 'playwright-core';
import { quantile } from './quantile.ts';
import { goTo } from './with-page.ts';

export interface InputFigures {
  events: number;
  p50Ms: number;
  p95Ms: number;
  worstMs: number;
  /** Of pointer moves and the wheel, which also wait for the next frame. */
  alignedP95Ms: number;
}

/**
 * Pans, zooms and changes images, first alone and then during a training. Where WebGL runs in software both
 * times include painting. Only the difference is due to the training.
 */
export async function measureTrainingInput(
  page: Page,
  rounds: number,
): Promise<{ idle: InputFigures; training: InputFigures }> {
  const idle = await measureInput(page, rounds);
  await goTo(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).first().click();
  // The first steps are done, so the training is running.
  await page.getByText(/^Total loss/).waitFor();
  const training = await measureInput(page, rounds);
  await goTo(page, 'Train');
  const running = await page.getByRole('button', { name: 'Stop' }).isVisible();
  if (!running) throw new Error('The training ended before the measurement did');
  return { idle, training };
}

async function measureInput(page: Page, rounds: number): Promise<InputFigures> {
  await goTo(page, 'Points');
  await page.waitForTimeout(1500);
  const box = (await page.getByRole('application').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.evaluate(() => {
    window.lacssBench.inputDelaysMs = [];
    window.lacssBench.alignedDelaysMs = [];
  });
  for (let round = 0; round < rounds; round++) {
    await page.keyboard.press(round % 2 ? 'a' : 'd');
    await page.mouse.move(x, y);
    for (let i = 0; i < 3; i++) await page.mouse.wheel(0, round % 2 ? 120 : -120);
    await page.keyboard.down('Space');
    await page.mouse.down();
    for (let i = 1; i <= 15; i++) await page.mouse.move(x + 8 * i, y + 4 * i);
    await page.mouse.up();
    await page.keyboard.up('Space');
  }
  const { inputDelaysMs, alignedDelaysMs } = await page.evaluate(() => window.lacssBench);
  return {
    events: inputDelaysMs.length,
    p50Ms: quantile(inputDelaysMs, 0.5),
    p95Ms: quantile(inputDelaysMs, 0.95),
    worstMs: Math.max(...inputDelaysMs),
    alignedP95Ms: quantile(alignedDelaysMs, 0.95),
  };
}
