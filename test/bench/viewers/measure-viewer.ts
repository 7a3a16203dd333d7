import type { Browser } from 'playwright-core';
import { probePages, untilQuiet } from '../window/probe-page.ts';

declare global {
  interface Window {
    recolour: (cell: number) => void;
  }
}

export interface ViewerFigures {
  firstPaintMs: number;
  scriptMs: number;
  gpuMs: number;
  frames: number;
  recolourMs: number;
  heapMb: number;
}

/** Few: a frame of instanced lines takes seconds where WebGL runs in software. */
const moves = 6;
const recoloured = 2;
const address = 'http://viewer.test/';

/** Opens a page with one of the viewers, pans it and recolours cells. */
export async function measureViewer(browser: Browser, script: string): Promise<ViewerFigures> {
  const context = await browser.newContext({ viewport: { width: 1016, height: 828 } });
  await probePages(context);
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  await page.route(`${address}**`, (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({
          contentType: 'text/html',
          body: '<!doctype html><style>body{margin:0;overflow:hidden}</style><body><script type="module" src="page.js"></script>',
        }),
  );
  const system = await browser.newBrowserCDPSession();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const { processInfo } = await system.send('SystemInfo.getProcessInfo');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      script: 1000 * value('ScriptDuration'),
      heap: value('JSHeapUsedSize') / 1e6,
      gpu: 1000 * (processInfo.find(({ type }) => type === 'GPU')?.cpuTime ?? Number.NaN),
    };
  };
  const frameCount = () => page.evaluate(() => window.lacssBench.frames.length);
  try {
    await page.goto(address);
    await untilQuiet(page, 3000);
    const firstPaintMs = await page.evaluate(() => {
      const { frames, uploads } = window.lacssBench;
      return frames.find((time) => time > uploads[0]!) ?? Number.NaN;
    });
    await page.mouse.move(500, 400);
    await page.mouse.down();
    await page.mouse.move(505, 400);
    await page.waitForTimeout(1000);
    const [before, framesBefore] = [await spent(), await frameCount()];
    for (let i = 0; i < moves; i++) {
      const turn = (i / moves) * 4 * Math.PI;
      await page.mouse.move(505 + 100 * Math.sin(turn), 400 + 50 * Math.sin(2 * turn));
    }
    await page.waitForTimeout(1000);
    const [after, framesAfter] = [await spent(), await frameCount()];
    await page.mouse.up();
    const frames = framesAfter - framesBefore;
    await page.waitForTimeout(1000);
    const still = await spent();
    for (let cell = 0; cell < recoloured; cell++) {
      const drawn = await page.evaluate(() => window.lacssBench.frames.length);
      await page.evaluate((which) => window.recolour(which), cell);
      await page.waitForFunction((before) => window.lacssBench.frames.length > before, drawn);
    }
    const done = await spent();
    await session.send('HeapProfiler.enable');
    await session.send('HeapProfiler.collectGarbage');
    return {
      firstPaintMs,
      scriptMs: (after.script - before.script) / frames,
      gpuMs: (after.gpu - before.gpu) / frames,
      frames,
      recolourMs: (done.script - still.script) / recoloured,
      heapMb: (await spent()).heap,
    };
  } finally {
    await context.close();
  }
}
