import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { formatReport } from './format-report.ts';
import { fuzz } from './fuzz.ts';
import { fuzzTargets } from './targets.ts';

/** Inputs that once did harm, in a folder per reader whose `/` are `+`. */
const findings = fileURLToPath(new URL('./findings/', import.meta.url));

/** The short form of `npm run fuzz`: the first cases of every reader. */
test('no changed file or message hangs a reader, ends it, fills memory, or raises a raw error', async () => {
  // Promised are 5 s and 1 GB; the guard against a hang is ten times as long, for machines with other work.
  const report = await fuzz({ cases: 1000, limitMs: 50_000, limitBytes: 1e9, findings: temporaryFolder() });
  expect(report.findings, formatReport(report)).toEqual([]);
  expect(report.cases).toBe(1000);
  // Changes that no reader accepts, or that none refuses, would test nothing.
  expect(report.results).toBeGreaterThan(50);
  expect(report.refusals).toBeGreaterThan(50);
});

test('inputs that once did harm are read or refused by name', async () => {
  let replayed = 0;
  for (const { name, read } of fuzzTargets) {
    const folder = join(findings, name.replaceAll('/', '+'));
    for (const file of await readdir(folder).catch((): string[] => [])) {
      const outcome = await read(Uint8Array.from(await readFile(join(folder, file))), temporaryFolder()).then(
        () => null,
        (error: unknown) => error,
      );
      const refusedByName = outcome instanceof LacssError && outcome.code !== 'internal';
      expect(outcome === null || refusedByName, `${name} ${file}: ${String(outcome)}`).toBe(true);
      replayed++;
    }
  }
  expect(replayed).toBeGreaterThan(0);
});
