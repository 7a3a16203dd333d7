import { openChromium } from './test/e2e/chromium.ts';
import { withPage, goTo } from './test/bench/window/with-page.ts';
import { untilQuiet } from './test/bench/window/probe-page.ts';
import { writeFileSync } from 'node:fs';
const browser = await openChromium();
try {
await withPage(browser, '/tmp/wl/p', process.argv[2]!, async (page) => {
  await goTo(page, 'Foreground');
  await page.getByLabel('The program’s guess').waitFor();
  await untilQuiet(page); await page.waitForTimeout(3000);
  await page.keyboard.press('3'); await page.waitForTimeout(4000);
  await browser.startTracing(page, { categories: ['toplevel','gpu','cc','viz','blink','devtools.timeline','latencyInfo','ipc','disabled-by-default-gpu.service','input','benchmark'] });
  await page.waitForTimeout(500);
  await page.evaluate(()=>console.timeStamp('KEY'));
  await page.keyboard.press('3'); await page.waitForTimeout(1500);
  const buf = await browser.stopTracing(); writeFileSync('/tmp/wl/trace.json', buf);
  console.log(await page.evaluate(()=>window.lacssBench.keys.map(k=>[k.pressed, k.presented-k.pressed])));
});
} finally { await browser.close(); }
