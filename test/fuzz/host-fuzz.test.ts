import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { formatHostReport } from './format-host-report.ts';
import { fuzzHost } from './host-fuzz.ts';

/** The short form of `npm run fuzz -- --host`. It finds processes in `/proc`. */
test.skipIf(!existsSync('/proc/self/stat'))(
  'a host under attack answers every request by a result or a refusal, and keeps no descriptor and no file',
  async () => {
    const folder = temporaryFolder();
    const findings = join(folder, 'findings');
    const report = await fuzzHost({ seed: 1, cases: 400, casesPerRound: 100, folder, findings });
    expect(report.findings, formatHostReport(report)).toEqual([]);
    expect(report.cases).toBe(400);
    expect(report.answered).toBeGreaterThan(30);
    expect(report.refused).toBeGreaterThan(100);
    // Memory is checked only in the long run, because garbage collection does not follow rounds.
    const [before, after] = report.samples.slice(-2);
    expect(after!.descriptors.host).toBeLessThanOrEqual(before!.descriptors.host!);
    expect(after!.temporaryFiles).toBeLessThanOrEqual(1);
  },
);
