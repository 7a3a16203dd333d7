/**
 * Compares the product's viewer with deck.gl and Viv. Both show the same image of two 16-bit channels with
 * the same 3025 contours, in turn, several times each. Viv and deck.gl are installed in a separate folder.
 *
 * npx tsx test/bench/viewers/compare-viewers.ts [--packages FOLDER] [--turns 3]
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openChromium } from '../../e2e/chromium.ts';
import { quantile } from '../window/quantile.ts';
import { buildPage } from './build-page.ts';
import { measureViewer } from './measure-viewer.ts';
import type { ViewerFigures } from './measure-viewer.ts';

const packages = [
  ...['core', 'layers', 'geo-layers', 'mesh-layers', 'extensions'].map((name) => `@deck.gl/${name}@~9.2.9`),
  ...['constants', 'core', 'engine', 'shadertools', 'webgl'].map((name) => `@luma.gl/${name}@~9.2.6`),
  ...['layers', 'extensions'].map((name) => `@vivjs/${name}@0.21.0`),
];

const { values } = parseArgs({
  options: { packages: { type: 'string' }, turns: { type: 'string', default: '3' } },
});
const folder = await mkdtemp(join(tmpdir(), 'lacss-viewers-'));
const browser = await openChromium();
try {
  const installed = values.packages ?? folder;
  if (values.packages === undefined) {
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', ...packages], {
      cwd: folder,
      stdio: 'ignore',
    });
  }
  const pages = {
    own: await buildPage('own-page.ts', folder, installed),
    viv: await buildPage('viv-page.js', folder, installed),
  };
  const found: Record<keyof typeof pages, ViewerFigures[]> = { own: [], viv: [] };
  for (let turn = 0; turn < Number(values.turns); turn++) {
    for (const name of ['own', 'viv'] as const)
      found[name].push(await measureViewer(browser, pages[name].script));
  }
  const median = (name: keyof typeof pages, figure: keyof ViewerFigures) =>
    quantile(
      found[name].map((figures) => figures[figure]),
      0.5,
    );
  console.log('| | own | deck.gl and Viv |\n|---|---|---|');
  const row = (name: string, of: (side: keyof typeof pages) => number, digits = 1) =>
    console.log(`| ${name} | ${of('own').toFixed(digits)} | ${of('viv').toFixed(digits)} |`);
  row('script, minified, kB', (side) => pages[side].minifiedKb, 0);
  row('script, gzipped, kB', (side) => pages[side].gzippedKb, 0);
  row('first frame with the image, ms', (side) => median(side, 'firstPaintMs'), 0);
  row('script a frame while panning, ms', (side) => median(side, 'scriptMs'), 2);
  row('graphics process a frame (software GL), ms of CPU', (side) => median(side, 'gpuMs'), 0);
  row('script to recolour one cell, ms', (side) => median(side, 'recolourMs'), 2);
  row('heap after collection, MB', (side) => median(side, 'heapMb'));
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
