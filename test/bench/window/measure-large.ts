import { readFile, readdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { measurePanning } from './measure-panning.ts';
import type { PanFigures } from './measure-panning.ts';
import { untilQuiet } from './probe-page.ts';
import { goTo } from './with-page.ts';

export interface LargeFigures {
  /** From the choice of the image to the first frame with it, ms. */
  firstMs: number;
  /** Until every tile in sight is there, ms: fitted, and at 100 %. */
  fittedMs: number;
  fullMs: number;
  /** Tiles brought to the GPU while panning at 100 %. */
  tiles: number;
  /** While it is dragged about, fitted. */
  pan: PanFigures;
  heapMb: number;
  /** Peak memory of the imaging process; NaN where the system does not report it. */
  imagingMb: number;
}

/** Opens a very large image, zooms to 100 % and pans across it. */
export async function measureLarge(page: Page): Promise<LargeFigures> {
  const started = await page.evaluate(() => performance.now());
  await goTo(page, 'Points');
  const settled = async () => {
    await untilQuiet(page, 1500);
    return page.evaluate(() => window.lacssBench.uploads.at(-1)!);
  };
  const fitted = await settled();
  const first = await page.evaluate(() => {
    const { frames, uploads } = window.lacssBench;
    return frames.find((time) => time > uploads[0]!) ?? Number.NaN;
  });
  const pan = await measurePanning(page, 60);
  await page.keyboard.press('0');
  const { before, known } = await page.evaluate(() => ({
    before: performance.now(),
    known: window.lacssBench.uploads.length,
  }));
  await page.getByRole('button', { name: '1:1' }).click();
  await page.waitForFunction((count) => window.lacssBench.uploads.length > count, known);
  const full = await settled();
  const tilesBefore = await page.evaluate(() => window.lacssBench.uploads.length);
  for (let i = 0; i < 40; i++) await page.keyboard.press(i % 8 < 6 ? 'Shift+ArrowRight' : 'Shift+ArrowDown');
  await page.waitForTimeout(1500);
  await settled();
  const tiles = (await page.evaluate(() => window.lacssBench.uploads.length)) - tilesBefore;
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return {
    firstMs: first - started,
    fittedMs: fitted - started,
    fullMs: full - before,
    tiles,
    pan,
    heapMb: (usedSize + (backingStorageSize ?? 0)) / 1e6,
    imagingMb: await peakOf('entries/imaging'),
  };
}

/**
 * The peak memory of one of our processes, MB, found by a part of its command line. Only Linux reports it.
 */
async function peakOf(part: string): Promise<number> {
  const processes = await readdir('/proc').catch(() => []);
  let most = Number.NaN;
  for (const id of processes.filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (!line.includes(part)) continue;
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    const peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
    most = Number.isNaN(most) ? peak : Math.max(most, peak);
  }
  return most;
}
