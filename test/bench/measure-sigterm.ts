/**
 * How long each verb of the command line and its processes go on after SIGTERM, slowest first:
 * `npx tsx test/bench/measure-sigterm.ts [--rounds 3]`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectForVerbs, terminateVerb, verbCalls } from '../cli/terminate-verb.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const folder = mkdtempSync(join(tmpdir(), 'lacss-sigterm-'));
try {
  const template = join(folder, 'template');
  mkdirSync(template);
  await projectForVerbs(template);
  const rows: { verb: string; slowestMs: number }[] = [];
  for (const verb of Object.keys(verbCalls)) {
    let slowestMs = 0;
    for (let round = 0; round < Number(values.rounds); round++) {
      const { elapsedMs } = await terminateVerb(verb, template, join(folder, `${verb}-${round}`));
      slowestMs = Math.max(slowestMs, elapsedMs);
    }
    rows.push({ verb, slowestMs });
  }
  rows.sort((a, b) => b.slowestMs - a.slowestMs);
  for (const { verb, slowestMs } of rows) console.log(`${verb.padEnd(14)} ${slowestMs.toFixed(0)} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
