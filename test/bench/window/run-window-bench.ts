/**
 * Measures the window on this machine with real Chromium, a real host and generated images. WebGL runs in
 * software, so that results are comparable everywhere. Script time is reported separately from the time until
 * the screen changes.
 *
 * npm run bench:window -- [--json] [--only start,candidates,points,adding,picks,…]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../../../src-main/server/ensure-built.ts';
import { chromiumPath, openChromium } from '../../e2e/chromium.ts';
import { measureEdits } from './measure-edits.ts';
import { measureFirstPaint } from './measure-first-paint.ts';
import { measureLarge } from './measure-large.ts';
import { measurePanning, openCells, zoomTo } from './measure-panning.ts';
import { measurePicks } from './measure-picks.ts';
import { measureAdding, measureCandidates, measurePoints } from './measure-requests.ts';
import { measureSwitching } from './measure-switching.ts';
import { measureStart } from './measure-start.ts';
import type { StartFigures } from './measure-start.ts';
import { median } from '../median.ts';
import { measureTrainingInput } from './measure-training-input.ts';
import type { InputFigures } from './measure-training-input.ts';
import { untilQuiet } from './probe-page.ts';
import { goTo, withPage } from './with-page.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { writeCrowd, writeFields, writeLarge, writeMany } from './write-projects.ts';

interface Figure {
  name: string;
  value: number;
  unit: 'ms' | 'MB';
  /** The upper limit; absent where the figure is only reported. */
  target?: number;
  remark?: string;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: {
      type: 'string',
      default: 'start,candidates,points,adding,picks,switching,panes,panning,review,training,many,large',
    },
  },
});
const wanted = new Set(values.only.split(','));
const figures: Figure[] = [];
function tell(figure: Figure): void {
  figures.push(figure);
  if (values.json) return;
  const { name, value, unit, target, remark = '' } = figure;
  const judged = target === undefined ? '' : `${value <= target ? 'met' : 'MISSED'}: at most ${target}`;
  console.log(`${name.padEnd(56)} ${value.toFixed(1).padStart(8)} ${unit}  ${judged.padEnd(22)} ${remark}`);
}

const folder = await mkdtemp(join(tmpdir(), 'lacss-bench-'));
try {
  if (wanted.has('candidates')) {
    const small = await writeFields(folder, 'small', 8, 512, 512);
    const smallMs = await measureCandidates(folder, small);
    tell({ name: 'candidates for 512 × 512', value: smallMs, unit: 'ms', target: 300 });
    const large = await writeFields(folder, 'large', 6, 1080, 1280);
    const largeMs = await measureCandidates(folder, large);
    tell({ name: 'candidates for 1280 × 1080', value: largeMs, unit: 'ms', target: 2000 });
  }
  if (wanted.has('points')) {
    const project = await writeFields(folder, 'points', 8, 512, 512);
    tell({
      name: 'points for 512 × 512',
      value: await measurePoints(folder, project),
      unit: 'ms',
      target: 60,
    });
  }
  if (wanted.has('adding')) {
    const project = await writeMany(folder, 'adding', 220, 512);
    const empty = join(folder, 'empty');
    await (await createProject(empty, 'bench')).close();
    const images = `${project}-images`;
    const { firstMs, allMs, added } = await measureAdding(folder, empty, images);
    tell({ name: `adding ${added} images of 512 × 512`, value: allMs, unit: 'ms', target: 10_000 });
    tell({ name: '… until the first are shown', value: firstMs, unit: 'ms' });
  }
  if (chromiumPath === undefined) console.log('The rest is skipped: there is no Chromium on this computer');
  else await measureInChromium();
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (values.json) console.log(JSON.stringify(figures));

async function measureInChromium(): Promise<void> {
  const browser = await openChromium();
  try {
    if (wanted.has('start')) {
      const project = await writeFields(folder, 'start', 8, 512, 512);
      const runs: StartFigures[] = [];
      await ensureBuilt('page', () => undefined);
      await ensureBuilt('guide', () => undefined);
      // The first start fills the system's caches.
      for (let run = 0; run < 6; run++) runs.push(await measureStart(browser, folder, project));
      const of = (key: keyof StartFigures) => median(runs.slice(1).map((run) => run[key]));
      tell({ name: 'start: the address', value: of('hostMs'), unit: 'ms' });
      tell({ name: 'start: first paint after the address', value: of('pageMs'), unit: 'ms' });
      tell({ name: 'start: first paint', value: of('paintMs'), unit: 'ms', target: 2000 });
      tell({ name: 'start: the stages', value: of('stagesMs'), unit: 'ms' });
    }
    if (wanted.has('picks')) {
      const project = await writeFields(folder, 'picks', 9, 1080, 1280);
      const picks = await withPage(browser, folder, project, (page) => measurePicks(page, 6));
      const remark = `prefetched ${picks.prefetched}`;
      tell({ name: 'key press to the end of the script', value: picks.scriptMs, unit: 'ms' });
      tell({ name: 'key press to the next image', value: picks.screenMs, unit: 'ms', target: 100, remark });
    }
    if (wanted.has('switching')) {
      const project = await writeFields(folder, 'switching', 9, 1080, 1280);
      const order = [4, 7, 1, 5, 8, 2];
      const { firstMs, sharpMs } = await withPage(browser, folder, project, (page) =>
        measureSwitching(page, order),
      );
      tell({ name: 'an image that is not prefetched: first tiles', value: firstMs, unit: 'ms' });
      tell({ name: 'an image that is not prefetched: all tiles', value: sharpMs, unit: 'ms', target: 400 });
    }
    if (wanted.has('panes')) {
      const project = await writeFields(folder, 'panes', 2, 1080, 1280);
      const pan = await withPage(browser, folder, project, async (page) => {
        await goTo(page, 'Foreground');
        await page.getByLabel('Suggestion', { exact: true }).waitFor();
        await untilQuiet(page);
        return measurePanning(page, 60);
      });
      tell({ name: 'six panes: frame to frame while panning', value: pan.frameMs, unit: 'ms', target: 60 });
    }
    if (wanted.has('panning')) {
      const crowd = await writeCrowd(folder, 'crowd');
      const [pan, near] = await withPage(browser, folder, crowd.folder, async (page) => {
        await openCells(page);
        const fitted = await measurePanning(page, 150);
        await zoomTo(page, 2);
        return [fitted, await measurePanning(page, 150)];
      });
      const remark = `${crowd.cells} contours, ${pan.frames} frames`;
      tell({ name: 'script a frame while panning', value: pan.scriptMs, unit: 'ms', target: 4, remark });
      tell({ name: 'frame to frame while panning', value: pan.frameMs, unit: 'ms' });
      tell({ name: 'script a frame while panning at 200 %', value: near.scriptMs, unit: 'ms', target: 4 });
      tell({ name: 'frame to frame while panning at 200 %', value: near.frameMs, unit: 'ms' });
      tell({ name: 'heap of the page', value: pan.heapMb, unit: 'MB' });
    }
    if (wanted.has('review')) {
      const crowd = await writeCrowd(folder, 'reviewed');
      const edits = await withPage(browser, folder, crowd.folder, async (page) => {
        await openCells(page);
        return measureEdits(page, 10);
      });
      const report = (name: string, [value, slowest]: [number, number], target?: number): void =>
        tell({
          name: `${crowd.cells} cells: ${name}`,
          value,
          unit: 'ms',
          ...(target === undefined ? {} : { target }),
          remark: `slowest ${slowest.toFixed(0)}`,
        });
      report('a judgement, to the end of the script', edits.judge, 50);
      report('a judgement, to the screen', edits.judgeOnScreen);
      report('a cell is smoothed', edits.smooth, 50);
      report('a cell is smoothed, on the screen', edits.smoothOnScreen);
      report('selecting by a click', edits.select, 100);
      report('minimum score', edits.filter, 100);
    }
    if (wanted.has('training')) {
      const project = await writeFields(folder, 'training', 4, 512, 512, true);
      const { idle, training } = await withPage(browser, folder, project, (page) =>
        measureTrainingInput(page, 25),
      );
      const remark = ({ events, p50Ms, worstMs, alignedP95Ms }: InputFigures) =>
        `${events} events, median ${p50Ms.toFixed(1)}, worst ${worstMs.toFixed(0)}; with the wait for a frame ${alignedP95Ms.toFixed(0)}`;
      tell({ name: 'input delay at rest, p95', value: idle.p95Ms, unit: 'ms', remark: remark(idle) });
      const name = 'input delay while training, p95';
      tell({ name, value: training.p95Ms, unit: 'ms', target: 50, remark: remark(training) });
    }
    if (wanted.has('many')) {
      const project = await writeMany(folder, 'many', 500);
      const paint = await withPage(browser, folder, project, measureFirstPaint);
      tell({ name: '500 images: the list', value: paint.listMs, unit: 'ms' });
      tell({ name: '500 images: the first in the viewer', value: paint.imageMs, unit: 'ms', target: 1500 });
      tell({ name: '500 images: every thumbnail in sight', value: paint.thumbnailsMs, unit: 'ms' });
    }
    if (wanted.has('large')) {
      const project = await writeLarge(folder, 'large8000');
      const large = await withPage(browser, folder, project, measureLarge);
      const remark = `${large.tiles} tiles while panning`;
      tell({ name: '8000 × 8000: first in the viewer', value: large.firstMs, unit: 'ms' });
      tell({ name: '8000 × 8000: every tile, fitted', value: large.fittedMs, unit: 'ms' });
      tell({ name: '8000 × 8000: every tile at 100 %', value: large.fullMs, unit: 'ms', remark });
      tell({ name: '8000 × 8000: frame to frame, fitted', value: large.pan.frameMs, unit: 'ms', target: 50 });
      tell({ name: '8000 × 8000: memory of the page', value: large.heapMb, unit: 'MB' });
      tell({
        name: '8000 × 8000: peak of the imaging process',
        value: large.imagingMb,
        unit: 'MB',
        target: 1000,
      });
    }
  } finally {
    await browser.close();
  }
}
