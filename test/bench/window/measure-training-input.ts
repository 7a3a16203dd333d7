import type { Page } from 'playwright-core';
import { quantile } from './quantile.ts';
import { goTo } from './with-page.ts';

export interface InputFigures {
  events: number;
  p50Ms: number;
  p95Ms: number;
  worstMs: number;
}

/** Starts a training and meanwhile pans, zooms and goes through images. */
export async function measureTrainingInput(page: Page, rounds: number): Promise<InputFigures> {
  await goTo(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).first().click();
  // The first steps have been taken: it is really computing.
  await page.getByText(/^Loss, all terms/).waitFor();
  await goTo(page, 'Locations');
  await page.waitForTimeout(1500);
  const box = (await page.getByRole('application').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const from = await page.evaluate(() => window.lacssBench.inputDelaysMs.length);
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
  const delays = await page.evaluate((since) => window.lacssBench.inputDelaysMs.slice(since), from);
  await goTo(page, 'Train');
  const running = await page.getByRole('button', { name: 'Stop' }).isVisible();
  if (!running) throw new Error('The training ended before the measurement did');
  return {
    events: delays.length,
    p50Ms: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
    worstMs: Math.max(...delays),
  };
}
