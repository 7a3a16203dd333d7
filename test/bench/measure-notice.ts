/**
 * How soon a window hears that the folder of an open project is gone, and that it is back:
 * `npx tsx test/bench/measure-notice.ts [TIMES]`. The folder is renamed at a random moment.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import { median } from './median.ts';

const times = Number(process.argv[2] ?? 20);
const random = new SeededRandom(1, 'notice');
const host = await openTestHost();
const window = host.window();
mkdirSync(join(host.folder, 'parent'));
const project = await window.ask('project.create', { parent: join(host.folder, 'parent'), name: 'plate' });
const moved = join(host.folder, 'moved');
const waits: Record<'gone' | 'back', number[]> = { gone: [], back: [] };
for (let n = 0; n < times; n++) {
  for (const what of ['gone', 'back'] as const) {
    await setTimeout(random.uniform(200, 1200));
    const told = window.next('project.reachable');
    const startMs = performance.now();
    if (what === 'gone') renameSync(project.folder, moved);
    else renameSync(moved, project.folder);
    const { reachable } = await told;
    if (reachable !== (what === 'back')) throw new Error(`expected ${what}`);
    waits[what].push(performance.now() - startMs);
  }
}
for (const [what, all] of Object.entries(waits)) {
  const worst = Math.max(...all);
  console.log(
    `${what}: median ${median(all).toFixed(0)} ms, longest ${worst.toFixed(0)} ms, of ${all.length}`,
  );
}
await host.close();
process.exit(0);
