import type { Browser, Page } from 'playwright-core';
import { startHost } from '../../e2e/start-host.ts';
import { probePages } from './probe-page.ts';

/** Opens a project in the window at 1440 × 900 and measures something there. */
export async function withPage<T>(
  browser: Browser,
  folder: string,
  project: string,
  measure: (page: Page) => Promise<T>,
): Promise<T> {
  const host = await startHost(folder, { project });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    await probePages(context);
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    await page.goto(await host.address());
    await page.waitForSelector('nav[aria-label="Stages"]');
    return await measure(page);
  } finally {
    await context.close();
    await host.stop();
  }
}

/** Goes to a stage by its name. */
export async function goTo(page: Page, stage: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Stages' }).getByRole('button', { name: stage }).click();
}
