/**
 * Makes the icons of the three systems from one drawing, `src-renderer/public/icon.svg`:
 * `npx tsx build/draw-icons.ts`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';
import { IconIcns, IconIco } from '@shockpkg/icon-encoder';

const drawing = await readFile(new URL('../src-renderer/public/icon.svg', import.meta.url), 'utf8');
/** macOS wants a margin around an icon: a tenth of its side. The drawing is 32 units wide. */
const withMargin = drawing.replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"');
if (withMargin === drawing) throw new Error('The drawing is no longer 32 units wide.');

function render(svg: string, sidePx: number): Buffer {
  return new Resvg(svg, { fitTo: { mode: 'width', value: sidePx } }).render().asPng();
}

const place = (name: string): URL => new URL(name, import.meta.url);

// Linux: one PNG per size.
await mkdir(place('icons/'), { recursive: true });
for (const sidePx of [16, 32, 48, 64, 128, 256, 512, 1024]) {
  await writeFile(place(`icons/${sidePx}x${sidePx}.png`), render(drawing, sidePx));
}

// Windows.
const ico = new IconIco();
for (const sidePx of [256, 128, 64, 48, 32, 24, 16])
  await ico.addFromPng(render(drawing, sidePx), null, false);
await writeFile(place('icon.ico'), ico.encode());

// macOS: the types of Apple's icon files, each with its side in px.
const icns = new IconIcns();
icns.toc = true;
for (const [type, sidePx] of [
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic04', 16],
  ['ic14', 512],
  ['ic09', 512],
  ['ic05', 32],
  ['ic10', 1024],
  ['ic11', 32],
] as const) {
  await icns.addFromPng(render(withMargin, sidePx), [type], false);
}
await writeFile(place('icon.icns'), icns.encode());
