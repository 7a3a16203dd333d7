import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { crash } from './crash.ts';
import { countKills, formatCrashReport, isClean } from './crash-report.ts';

/** The short form of `npm run test:crash`. It finds processes in `/proc`. */
test.skipIf(!existsSync('/proc/self/stat'))(
  'after 30 kills at random moments every acknowledged edit is there, and no file is half-written',
  async () => {
    const report = await crash({ kills: 30, seed: 1, folder: temporaryFolder() });
    expect(isClean(report), formatCrashReport(report)).toBe(true);
    expect(countKills(report)).toBe(30);
    // A run with few edits would test nothing.
    expect(report.acknowledged).toBeGreaterThan(100);
    expect(report.stepsWalked).toBeGreaterThan(100);
  },
  3_600_000,
);
