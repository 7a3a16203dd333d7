import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { startHost, type RunningHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';

/** The program in a browser: a host of its own, and a page that shows it. */
export interface OpenedStudio {
  host: RunningHost;
  context: BrowserContext;
  page: Page;
  studio: StudioPage;
  /** Saves a screenshot where `E2E_PICTURES` names a folder for them. */
  picture: (name: string) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Starts a host and opens its page. Without animation, colours change at once.
 * @param folder the one that files are chosen in
 * @param options.project the project to open
 * @param options.environment variables of the host
 * @param options.locale the language of the computer
 * @param options.permissions what the page may do without asking, as Playwright names it
 */
export async function openStudio(
  folder: string,
  {
    locale = 'en-US',
    permissions = [],
    ...options
  }: {
    project?: string;
    environment?: Record<string, string>;
    locale?: string;
    permissions?: string[];
  } = {},
): Promise<OpenedStudio> {
  const host = await startHost(folder, options);
  const browser = await openChromium().catch(async (error: unknown) => {
    await host.stop();
    throw error;
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await host.stop();
  };
  try {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      locale,
      permissions,
    });
    const page = await context.newPage();
    const studio = new StudioPage(page, folder);
    const picture = async (name: string): Promise<void> => {
      const pictures = process.env['E2E_PICTURES'];
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
    };
    await page.goto(await host.address());
    return { host, context, page, studio, picture, close };
  } catch (error) {
    await close();
    throw error;
  }
}
