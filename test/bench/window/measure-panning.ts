import type { Page } from 'playwright-core';
import { untilQuiet } from './probe-page.ts';
import { goTo } from './with-page.ts';

export interface PanFigures {
  frames: number;
  /** Script, style and layout of the page for one frame, ms. */
  scriptMs: number;
  /** From frame to frame, ms. Where WebGL runs in software, this is mostly painting. */
  frameMs: number;
  heapMb: number;
}

/** Opens the cells in Review, with every contour in sight. */
export async function openCells(page: Page): Promise<void> {
  await goTo(page, 'Review');
  await page.getByText(/cells reviewed · 0 accepted/).waitFor();
  await untilQuiet(page);
}

/** Zooms in by keys until a pixel of the image is at least so many CSS px wide. */
export async function zoomTo(page: Page, times: number): Promise<void> {
  await page.keyboard.press('1');
  for (let factor = 1; factor < times; factor *= 1.25) await page.keyboard.press('+');
  await untilQuiet(page);
}

/** Drags the image about. */
export async function measurePanning(page: Page, moves: number): Promise<PanFigures> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      seconds: value('ScriptDuration') + value('LayoutDuration') + value('RecalcStyleDuration'),
      heap: value('JSHeapUsedSize'),
    };
  };
  const box = (await page.getByRole('application').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 5, y);
  const from = await page.evaluate(() => window.lacssBench.frames.length);
  const before = await spent();
  for (let i = 0; i < moves; i++) {
    const turn = (i / moves) * 4 * Math.PI;
    await page.mouse.move(x + 120 * Math.sin(turn), y + 60 * Math.sin(2 * turn));
  }
  const after = await spent();
  const frames = await page.evaluate((since) => window.lacssBench.frames.slice(since), from);
  await page.mouse.up();
  return {
    frames: frames.length,
    scriptMs: (1000 * (after.seconds - before.seconds)) / frames.length,
    frameMs: (frames.at(-1)! - frames[0]!) / (frames.length - 1),
    heapMb: after.heap / 1e6,
  };
}
