import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { imageEntrySchema, locationSettingsSchema } from '../../src-main/contract/project-files.ts';
import type { ImageEntry } from '../../src-main/contract/project-files.ts';
import { locateImageFile } from '../../src-main/project/locate-image-file.ts';
import { sigmaInPixels } from '../../src-main/tasks/locations/sigma-in-pixels.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const sha256 = '0'.repeat(64);
const file = { path: 'a.tif', lastSeenAt: '/nowhere/a.tif', sha256, bytes: 1, channels: 2 };
const image: ImageEntry = {
  id: 'a',
  name: 'a',
  files: [file],
  height: 4,
  width: 5,
  channelNames: ['Membrane', 'DAPI'],
  axes: null,
  roles: { cells: 0, nuclei: 1 },
  sizes: { t: 1, z: 2 },
  plane: { t: 0, z: 1 },
  pixelSizeUm: { y: 0.5, x: 0.5 },
  pixelSizeOrigin: 'typed',
  ownLocationSettings: null,
  included: true,
  validation: false,
};

test.each([
  ['a channel that is not there', { roles: { cells: 0, nuclei: 99 } }, 'roles'],
  ['a focal plane that is not there', { plane: { t: 0, z: 2 } }, 'plane'],
  ['a pixel of no width', { pixelSizeUm: { y: 1e-9, x: 1e-9 } }, 'pixelSizeUm.y'],
])('%s is refused by name', (_, change, where) => {
  expect(imageEntrySchema.safeParse(image).success).toBe(true);
  const { error } = imageEntrySchema.safeParse({ ...image, ...change });
  expect(error?.issues[0]?.path.join('.')).toBe(where);
});

test('σ has a range in px and in µm, also where the pixel size makes it immense', () => {
  const settings = { logIntensity: true, thresholdFactor: 1 };
  expect(locationSettingsSchema.safeParse({ ...settings, sigma: { px: 200 } }).success).toBe(true);
  expect(locationSettingsSchema.safeParse({ ...settings, sigma: { px: 1e9 } }).success).toBe(false);
  expect(locationSettingsSchema.safeParse({ ...settings, sigma: { um: 1e9 } }).success).toBe(false);
  expect(sigmaInPixels({ um: 3 }, image)).toBe(6);
  expect(() => sigmaInPixels({ um: 1e4 }, image)).toThrow(
    expect.objectContaining({ code: 'setting-invalid', subject: 'a' }) as Error,
  );
});

test.skipIf(!existsSync('/dev/shm'))('a regular file is one wherever it is, also below /dev', async () => {
  const folder = mkdtempSync('/dev/shm/lacss-');
  try {
    const path = join(folder, 'a.tif');
    writeFileSync(path, 'x');
    expect(
      await locateImageFile(
        { folder: temporaryFolder(), sources: null },
        { ...file, path, lastSeenAt: path },
      ),
    ).toBe(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an image is a file, below or beside the project; neither a device nor a place on another computer', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'project'));
  writeFileSync(join(folder, 'a.tif'), 'x');
  const locate = (path: string, lastSeenAt = path): Promise<string> =>
    locateImageFile({ folder: join(folder, 'project'), sources: null }, { ...file, path, lastSeenAt });
  expect(await locate('../a.tif')).toBe(join(folder, 'a.tif'));
  expect(await locate('gone.tif', join(folder, 'a.tif'))).toBe(join(folder, 'a.tif'));
  const twice = `/${join(folder, 'a.tif')}`;
  const outside = ['/proc/self/environ', '/dev/null', '\\\\server\\share\\a.tif', '\\\\?\\C:\\a.tif', twice];
  for (const path of [...outside, `${'../'.repeat(30)}proc/self/environ`])
    await expect(locate(path), path).rejects.toMatchObject({ code: 'file-not-found' });
});
