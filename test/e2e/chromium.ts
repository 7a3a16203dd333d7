import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser of this computer, if it has one. Without one, its tests are skipped by name. */
export const chromiumPath = places.find((place) => place !== undefined && existsSync(place));

/**
 * A browser without a window, as on a computer without a GPU. The CPU paints the page, and WebGL runs in
 * software, so it paints the same everywhere.
 * @param options.scrollbars whether scrollbars take room, as in a browser with a window
 */
export function openChromium({ scrollbars = false } = {}): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('There is no Chromium on this computer');
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader'],
    ...(scrollbars ? { ignoreDefaultArgs: ['--hide-scrollbars'] } : {}),
  });
}
