import { openChromium } from './test/e2e/chromium.ts';
import { withPage, goTo } from './test/bench/window/with-page.ts';
import { untilQuiet } from './test/bench/window/probe-page.ts';
const browser = await openChromium();
try {
await withPage(browser, '/tmp/wl/p', process.argv[2]!, async (page) => {
  await goTo(page, 'Foreground');
  await page.getByLabel('The program’s guess').waitFor();
  await untilQuiet(page); await page.waitForTimeout(3000);
  await page.evaluate(`(()=>{ const P=WebGL2RenderingContext.prototype; window.log=[]; for (const n of ['drawArrays','clear','texImage2D','texStorage2D','bufferData','drawArraysInstanced']) { const o=P[n]; P[n]=function(...a){ const t=performance.now(); const r=o.apply(this,a); window.log.push([Math.round(t), n, n==='drawArrays'?a[2]:'', this.getParameter(this.FRAMEBUFFER_BINDING)?'fb':'canvas', Math.round(performance.now()-t)]); return r; }; } })()`);
  for (let i=0;i<3;i++){ 
  await page.evaluate('window.log=[]'); const t=await page.evaluate(()=>performance.now());
  await page.keyboard.press('3'); await page.waitForTimeout(3500);
  const log: any[] = await page.evaluate('window.log');
  let last='',n=0; const out: string[]=[]; for (const [at,name,c,fb,d] of log){ const k=`${Math.round(at-t)} ${fb} ${name} ${c}${d>2?' !'+d:''}`; if(k===last){n++;} else { if(last) out.push(last+(n>1?' x'+n:'')); last=k;n=1;} } out.push(last+' x'+n); console.log(out.join('\n'),'\n---', await page.evaluate(()=>window.lacssBench.keys.at(-1)!.presented-window.lacssBench.keys.at(-1)!.pressed));
  }
});
} finally { await browser.close(); }
