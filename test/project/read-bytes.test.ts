import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBytes, readText } from '../../src-main/project/read-bytes.ts';
import { readJson } from '../../src-main/project/read-json.ts';
import { hasPipes, makePipe } from '../fixtures/make-pipe.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('reads a file whole, in an array of its own', async () => {
  const path = join(temporaryFolder(), 'a.txt');
  writeFileSync(path, 'µm');
  const bytes = await readBytes(path);
  expect([...bytes]).toEqual([0xc2, 0xb5, 0x6d]);
  expect(bytes.buffer.byteLength).toBe(3);
  expect(await readText(path)).toBe('µm');
});

test('follows a link to a file; one that leads nowhere is a missing file', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), 'x');
  symlinkSync(join(folder, 'a'), join(folder, 'link'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  symlinkSync(join(folder, 'ring'), join(folder, 'ring'));
  expect(await readText(join(folder, 'link'))).toBe('x');
  await expect(readBytes(join(folder, 'dangling'))).rejects.toMatchObject({ code: 'file-not-found' });
  await expect(readBytes(join(folder, 'ring'))).rejects.toMatchObject({ code: 'file-unreadable' });
});

test.skipIf(!hasPipes)('a pipe is refused at once, though nobody writes to it', async () => {
  const path = join(temporaryFolder(), 'project.json');
  makePipe(path);
  const refusal = {
    code: 'file-unreadable',
    message: `${path} cannot be read: it is a pipe or a device, not a file.`,
  };
  await expect(readBytes(path)).rejects.toMatchObject(refusal);
  await expect(readJson(path, 'project-damaged')).rejects.toMatchObject(refusal);
});

test.skipIf(!existsSync('/dev/zero'))('a device is refused, though it never ends', async () => {
  await expect(readBytes('/dev/zero')).rejects.toMatchObject({ code: 'file-unreadable' });
});

test('a folder and a socket are refused', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'history.jsonl'));
  await expect(readBytes(join(folder, 'history.jsonl'))).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('it is a folder') as string,
  });
  if (process.platform === 'win32') return;
  const server = createServer().listen(join(folder, 's'));
  await new Promise((resolve) => server.once('listening', resolve));
  await expect(readBytes(join(folder, 's'))).rejects.toMatchObject({ code: 'file-unreadable' });
  await new Promise((resolve) => server.close(resolve));
});

test('a file larger than its limit is refused before it is read', async () => {
  const path = join(temporaryFolder(), 'a.json');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 28 + 1);
  await expect(readText(path)).rejects.toMatchObject({ code: 'file-unsupported' });
  truncateSync(path, 2 ** 31);
  await expect(readBytes(path)).rejects.toMatchObject({ code: 'file-unsupported' });
});
