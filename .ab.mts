import { readImage } from './src-main/imaging/read-image.ts';
import { featureOf, candidatesAt, defaultPresets } from './src-main/annotation/foreground-candidates.ts';
import { cutForegrounds } from './src-main/annotation/foreground/cut-foregrounds.ts';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
const settings: any = { method:'graph-cut', feature:'auto' };
const fs=[] as any[];
for (let i=0;i<4;i++){ const raster=await readImage(new Uint8Array(await readFile(`/tmp/wl/p/small-images/small-${i}.tif`)),'x.tif',{axes:null} as any); fs.push(featureOf({height:raster.height,width:raster.width,data:Float32Array.from(raster.planes[0] as any)}, settings)); }
const h=createHash('sha1');
for (const f of fs) for (const m of cutForegrounds(f.plane, defaultPresets.intensity.map(m=>m*f.automatic),0.14)) h.update(m.data);
for (const f of fs) for (const c of candidatesAt(f, defaultPresets[f.kind as 'intensity'].map((m: number)=>m*f.automatic),settings)) { h.update(c.mask.data); h.update(String(c.medianInside)); }
const time=(fn:()=>void)=>{const t: number[]=[]; for(let k=0;k<10;k++) for(const f of fs){ const a=process.cpuUsage(); (fn as any)(f); const b=process.cpuUsage(a); t.push((b.user+b.system)/1000);} t.sort((a,b)=>a-b); return `median ${t[20]!.toFixed(1)} min ${t[0]!.toFixed(1)}`;};
console.log(h.digest('hex').slice(0,8),'cuts cpu', time(((f: any)=>cutForegrounds(f.plane, defaultPresets.intensity.map(m=>m*f.automatic),0.14)) as any), 'candidates cpu', time(((f: any)=>candidatesAt(f, defaultPresets.intensity.map(m=>m*f.automatic),settings)) as any), 'feature');
