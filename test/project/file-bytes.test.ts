import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileBytes } from '../../src-main/project/file-bytes.ts';
import { hashFile } from '../../src-main/project/hash-file.ts';
import { openImage } from '../../src-main/imaging/open-image.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('any stretch of a file is read, also several at once', async () => {
  const path = join(temporaryFolder(), 'bytes.bin');
  writeFileSync(
    path,
    Uint8Array.from({ length: 1000 }, (_, i) => i),
  );
  const file = await fileBytes(path);
  expect(file.size).toBe(1000);
  const stretches = await Promise.all([file.read(0, 3), file.read(997, 3), file.read(300, 0)]);
  expect(stretches.map((bytes) => [...bytes])).toEqual([[0, 1, 2], [229, 230, 231], []]);
  await expect(file.read(998, 3)).rejects.toThrow(RangeError);
});

test('what is no file, and one that changes while it is read, is refused by name', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder.tif'));
  await expect(fileBytes(join(folder, 'folder.tif'))).rejects.toMatchObject({ code: 'file-unreadable' });
  await expect(fileBytes(join(folder, 'none.tif'))).rejects.toMatchObject({ code: 'file-not-found' });
  const path = join(folder, 'cut.bin');
  writeFileSync(path, new Uint8Array(100));
  const file = await fileBytes(path);
  truncateSync(path, 50);
  await expect(file.read(40, 20)).rejects.toMatchObject({
    code: 'file-unreadable',
    message: `${path} changed while the program read it.`,
  });
});

test('a file that was written again since it was opened is refused', async () => {
  const path = join(temporaryFolder(), 'again.bin');
  writeFileSync(path, new Uint8Array(100));
  const file = await fileBytes(path);
  // Only a file that is opened again is checked. This one closes when nobody reads it for a while.
  await expect.poll(() => openFiles(path), { timeout: 20_000 }).toBe(0);
  utimesSync(path, new Date(0), new Date(0));
  await expect(file.read(0, 1)).rejects.toMatchObject({ code: 'file-unreadable' });
});

test('the hash of a file is that of its bytes', async () => {
  const path = join(temporaryFolder(), 'hash.bin');
  const bytes = Uint8Array.from({ length: 5_000_000 }, (_, i) => i * 7);
  writeFileSync(path, bytes);
  expect(await hashFile(path)).toEqual({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
  });
});

test('a stack of 4.4 GB behind one page is opened, and a plane beyond 4 GB read', async () => {
  const path = join(temporaryFolder(), 'large.tif');
  const plane = 2048 * 2048 * 2;
  const planes = 520;
  const start = 1024;
  writeFileSync(path, stackHeader(planes, start));
  truncateSync(path, start + planes * plane);
  const last = await open(path, 'r+');
  try {
    await last.write(Uint8Array.of(0x12, 0x34), 0, 2, start + 519 * plane + 2 * 2049);
  } finally {
    await last.close();
  }
  const [source] = await openImage(await fileBytes(path), 'large.tif');
  expect(source!.shape).toEqual({ t: 1, z: planes, c: 1, y: 2048, x: 2048 });
  const { data } = await source!.getTile({ channel: 0, z: 519, x: 0, y: 1, width: 3, height: 1 });
  expect([...data]).toEqual([0, 0x1234, 0]);
});

/** A big-endian TIFF of one page. Its description says that all planes of the stack follow one another. */
function stackHeader(planes: number, start: number): Uint8Array {
  const description = Buffer.from(`ImageJ=1.54p\nimages=${planes}\nslices=${planes}\n\0`);
  const tags = [
    [256, 4, 1, 2048],
    [257, 4, 1, 2048],
    [258, 4, 1, 16],
    [259, 4, 1, 1],
    [262, 4, 1, 1],
    [270, 2, description.length, 512],
    [273, 4, 1, start],
    [277, 4, 1, 1],
    [279, 4, 1, 2048 * 2048 * 2],
  ] as const;
  const bytes = Buffer.alloc(start);
  bytes.write('MM\0*', 'latin1');
  bytes.writeUInt32BE(8, 4);
  bytes.writeUInt16BE(tags.length, 8);
  tags.forEach(([tag, type, count, value], i) => {
    bytes.writeUInt16BE(tag, 10 + 12 * i);
    bytes.writeUInt16BE(type, 12 + 12 * i);
    bytes.writeUInt32BE(count, 14 + 12 * i);
    bytes.writeUInt32BE(value, 18 + 12 * i);
  });
  description.copy(bytes, 512);
  return bytes;
}

/** How many times this process has a file open. */
function openFiles(path: string): number {
  if (!existsSync('/proc/self/fd')) return 0;
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;
}
