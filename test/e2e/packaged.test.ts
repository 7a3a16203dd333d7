import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { expect, test } from 'vitest';
import { StudioPage } from './studio-page.ts';
import { walkSample } from './walk-sample.ts';

/** The executable of a packaged program; without it the walk is skipped. */
const program = process.env['LACSS_TEST_PACKAGE'];

test.skipIf(program === undefined)(
  'the packaged program trains on the sample and exports cells',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lacss-packaged-'));
    const application = await _electron.launch({
      executablePath: program!,
      args: [`--user-data-dir=${join(folder, 'account')}`],
      env: { ...(process.env as Record<string, string>), LACSS_DATA: join(folder, 'data') },
    });
    try {
      const studio = new StudioPage(await application.firstWindow(), folder);
      const exports = await walkSample(studio);
      expect((await readdir(exports)).some((name) => name.endsWith('_labels.tif'))).toBe(true);
      expect(studio.complaints).toEqual([]);
    } finally {
      await application.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
  1_800_000,
);
