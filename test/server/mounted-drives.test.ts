import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mountedDrives } from '../../src-main/server/mounted-drives.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('drives are the folders where the system mounts them, without links, files and hidden ones', async () => {
  const media = temporaryFolder();
  await mkdir(join(media, 'USB 1'));
  await mkdir(join(media, '.Trash'));
  await writeFile(join(media, 'note.txt'), '');
  await symlink('/', join(media, 'Macintosh HD'));
  const missing = join(media, 'missing');
  expect(await mountedDrives('darwin', [missing, media])).toEqual([
    { name: 'USB 1', path: join(media, 'USB 1') },
  ]);
});
