/**
 * Measures how long the included model takes to outline a cell at a clicked place in an image of 1760² px. It
 * measures the first place of all, the first in a tile, and others in that tile.
 *
 * npx tsx test/bench/measure-prompt.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { Prompter } from '../../src-main/tasks/segmenting/prompter.ts';
import { median } from './median.ts';
import { crowdSpacingPx } from './window/crowd-image.ts';
import { writeCrowd } from './window/write-projects.ts';

const folder = mkdtempSync(join(tmpdir(), 'lacss-bench-'));
const crowd = await writeCrowd(folder, 'crowd', async (project) =>
  new ModelStore(project.path('models')).importFile(shippedModelPath),
);
const project = await openProject(crowd.folder, { purpose: 'a bench' });
const image = project.manifest.images[0]!.id;
const prompter = new Prompter();

async function ask(row: number, column: number): Promise<number> {
  const at = { y: (row + 0.5) * crowdSpacingPx, x: (column + 0.5) * crowdSpacingPx };
  const start = performance.now();
  const { kind } = await prompter.ask(project, { image, at, engine: 'onnx' }, new AbortController().signal);
  const elapsed = performance.now() - start;
  console.log(`cell ${row}, ${column}: ${kind}, ${elapsed.toFixed(0)} ms`);
  return elapsed;
}

try {
  console.log(`first of all, with the network to load: ${(await ask(2, 2)).toFixed(0)} ms`);
  const inTile = [];
  for (let k = 0; k < 10; k++) inTile.push(await ask(3, 3 + (k % 5)));
  console.log(`another place in the tile: median ${median(inTile.sort((a, b) => a - b)).toFixed(0)} ms`);
  console.log(`first in another tile, far from the first: ${(await ask(52, 52)).toFixed(0)} ms`);
} finally {
  prompter.close();
  await project.close();
  rmSync(folder, { recursive: true });
}
