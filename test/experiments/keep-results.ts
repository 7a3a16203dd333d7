import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { experimentReport } from './experiment-report.ts';
import { mergeResults } from './results.ts';
import type { ExperimentResults } from './results.ts';

/**
 * `npx tsx test/experiments/keep-results.ts FILE… [--anew]`: copies results (`reports/NAME.json`, of one or
 * several seeds) into docs/measured, beside the seeds kept there. With `--anew` they replace the kept ones.
 */

const kept = fileURLToPath(new URL('../../docs/measured/', import.meta.url));
const read = (path: string): ExperimentResults => JSON.parse(readFileSync(path, 'utf8')) as ExperimentResults;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { anew: { type: 'boolean', default: false } },
});
const byName = new Map<string, ExperimentResults>();
for (const results of positionals.map(read)) {
  const path = join(kept, `${results.name}.json`);
  const before = byName.get(results.name) ?? (values.anew || !existsSync(path) ? undefined : read(path));
  byName.set(results.name, before === undefined ? results : mergeResults(before, results));
}
for (const [name, results] of byName) {
  const path = join(kept, `${name}.json`);
  writeFileSync(
    path,
    await format(JSON.stringify(results), { ...(await resolveConfig(path)), parser: 'json' }),
  );
  writeFileSync(join(kept, `${name}.md`), experimentReport(results));
}
