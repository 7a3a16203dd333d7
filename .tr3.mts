import { openChromium } from './test/e2e/chromium.ts';
import { withPage, goTo } from './test/bench/window/with-page.ts';
import { untilQuiet } from './test/bench/window/probe-page.ts';
const browser = await openChromium();
try {
await withPage(browser, '/tmp/wl/p', process.argv[2]!, async (page) => {
  await goTo(page, 'Foreground');
  await page.getByLabel('The program’s guess').waitFor();
  await untilQuiet(page); await page.waitForTimeout(3500);
  const run = async (label: string, keys: string[]) => { const out: number[]=[]; for (const k of keys) { const t=await page.evaluate(()=>performance.now()); await page.keyboard.press(k); await page.waitForTimeout(1600); const d=await page.evaluate((t)=>{const k=window.lacssBench.keys.findLast(k=>k.pressed>t); return k?k.presented-k.pressed:16},t); out.push(d); } console.log(label, out.join(' ')); };

  await page.keyboard.press('d'); await page.waitForTimeout(3500);
  const hide = async (sel: string) => { const h = await page.addStyleTag({content: sel+'{visibility:hidden!important}'}); await run(sel, ['d','a','d','a','d','a']); await h.evaluate((e: any)=>e.remove()); };
  await hide('.none-such');
  for (const sel of process.argv.slice(3)) await hide(sel);
});
} finally { await browser.close(); }
