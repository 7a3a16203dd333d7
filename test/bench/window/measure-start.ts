import type { Browser } from 'playwright-core';
import { startProgram } from '../../e2e/start-host.ts';
import { StudioPage } from '../../e2e/studio-page.ts';

/** How long the program takes to start, ms. The page is built, and the browser is open. */
export interface StartFigures {
  /** From the command to the address of the window. */
  hostMs: number;
  /** From the command to the first paint of the page. */
  paintMs: number;
  /** From the address to the first paint of the page. */
  pageMs: number;
  /** From the command to the stages of the project. */
  stagesMs: number;
}

/** `npm start` with a project: from the sources, into a browser with an empty cache. */
export async function measureStart(browser: Browser, folder: string, project: string): Promise<StartFigures> {
  const page = await (await browser.newContext()).newPage();
  const began = performance.now();
  const host = await startProgram(folder, ['src-main/start.ts', '--browser', project]);
  try {
    const address = await host.address();
    const hostMs = performance.now() - began;
    await page.goto(address, { waitUntil: 'commit' });
    const pageMs = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            const [paint] = list.getEntriesByName('first-contentful-paint');
            if (paint) resolve(paint.startTime);
          }).observe({ type: 'paint', buffered: true });
        }),
    );
    await new StudioPage(page, folder).stage('Images').waitFor();
    return { hostMs, paintMs: hostMs + pageMs, pageMs, stagesMs: performance.now() - began };
  } finally {
    await page.context().close();
    await host.stop();
  }
}
