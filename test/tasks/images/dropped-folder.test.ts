import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  droppedFolder,
  makeDroppedFolder,
  sweepDroppedFolders,
} from '../../../src-main/tasks/images/dropped-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Above the largest process number of Linux, 4194304. */
const dead = 4194999;

test('what a killed host has left is removed; what a running one holds, a link or another name stays', async () => {
  const own = await makeDroppedFolder();
  const left = `${droppedFolder}${dead}-abcdef`;
  const link = `${droppedFolder}${dead}-linked`;
  const named = `${droppedFolder}notes`;
  const kept = temporaryFolder();
  writeFileSync(join(kept, 'mine'), '');
  for (const folder of [left, named]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(left, 'a.tif'), 'x');
  symlinkSync(kept, link);
  try {
    expect(await sweepDroppedFolders()).toBe(1);
    expect([left, own, named, link, join(kept, 'mine')].map((path) => existsSync(path))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  } finally {
    for (const path of [own, left, named]) rmSync(path, { recursive: true, force: true });
    rmSync(link);
  }
});
