import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DroppedFiles } from '../../src-main/host/dropped-files.ts';

let files: DroppedFiles;
beforeEach(() => (files = new DroppedFiles()));
afterEach(() => files.close());

const part = (text: string, upload: number | null, last: boolean, name = 'a.tif') =>
  files.take({ name, bytes: new TextEncoder().encode(text), upload, last });

test('a file arrives in parts, and its path with the last', async () => {
  const { upload, path: none } = await part('one ', null, false);
  expect(none).toBeNull();
  await part('two ', upload, false);
  const { path } = await part('three', upload, true);
  expect(await readFile(path!, 'utf8')).toBe('one two three');
  await expect(part('more', upload, true)).rejects.toMatchObject({ code: 'request-invalid' });
  await files.close();
  expect(existsSync(dirname(path!))).toBe(false);
});

test('files of one name under way at once stay apart', async () => {
  const [one, other] = await Promise.all([part('1', null, false), part('2', null, false)]);
  const ends = [await part('1', one.upload, true), await part('2', other.upload, true)];
  expect(await Promise.all(ends.map(({ path }) => readFile(path!, 'utf8')))).toEqual(['11', '22']);
});

test('an empty file is one', async () => {
  const { path } = await part('', null, true);
  expect(await readFile(path!, 'utf8')).toBe('');
});

test('of files whose end never comes only the latest are kept', async () => {
  const { upload } = await part('x', null, false);
  for (let i = 0; i < 16; i++) await part('x', null, false, `${i}.tif`);
  await expect(part('x', upload, true)).rejects.toMatchObject({
    code: 'request-invalid',
    remedy: 'Drop it again.',
  });
});

test('a file of more than 1 GB is refused, and what has arrived of it is gone', async () => {
  const bytes = new Uint8Array(2 ** 30);
  const { upload } = await files.take({
    name: 'a.tif',
    bytes: bytes.subarray(0, 10),
    upload: null,
    last: false,
  });
  await expect(files.take({ name: 'a.tif', bytes, upload, last: true })).rejects.toMatchObject({
    code: 'request-invalid',
    message: 'a.tif is larger than 1 GB.',
  });
  await expect(part('x', upload, true)).rejects.toMatchObject({ code: 'request-invalid' });
});
