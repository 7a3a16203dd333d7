import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { formatReport } from './format-report.ts';
import { fuzz } from './fuzz.ts';

/**
 * The short form of `npm run fuzz`: the first cases of every reader. A finding becomes a test of that reader.
 */
test('no changed file or message hangs a reader, ends it, fills memory, or raises a raw error', async () => {
  // The limits are 5 s of processor time and 1 GB. In a test, the guard against a hang is ten times as long.
  const report = await fuzz({ cases: 1000, limitMs: 50_000, limitBytes: 1e9, findings: temporaryFolder() });
  expect(report.findings, formatReport(report)).toEqual([]);
  expect(report.cases).toBe(1000);
  // If a reader accepted no change, or all of them, this would test nothing.
  expect(report.results).toBeGreaterThan(50);
  expect(report.refusals).toBeGreaterThan(50);
  // Two minutes on two idle cores. The guard is for a busy machine.
}, 1_800_000);
