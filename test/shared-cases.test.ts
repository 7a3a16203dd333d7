import { mkdirSync, openSync, ftruncateSync, closeSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openImage } from '../src-main/imaging/open-image.ts';
import { readPlane } from '../src-main/imaging/read-plane.ts';
import { createProject } from '../src-main/project/create-project.ts';
import { fileBytes } from '../src-main/project/file-bytes.ts';
import { addImages } from '../src-main/tasks/images/add-images.ts';
import { hasSharedCases, sharedCases } from './fixtures/shared-data.ts';
import { faultOf, tableOfTests } from './fixtures/table-of-tests.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';
import { control } from './tasks/small-project.ts';

describe.skipIf(!hasSharedCases)('inputs that once failed', () => {
  test('each has its test, by the table of docs/measured/truth.md', () => {
    const tests = tableOfTests('docs/measured/truth.md');
    const folders = readdirSync(sharedCases(''), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.length).toBeGreaterThan(0);
    for (const { name } of folders) {
      expect.soft(tests.get(name)?.length ?? 0, name).toBeGreaterThan(0);
      for (const test of tests.get(name) ?? []) expect.soft(faultOf(test), name).toBe(null);
    }
  });

  test('same-names, duplicate-channel-names: every image and every channel has a name of its own', async () => {
    const folder = temporaryFolder();
    const project = await createProject(join(folder, 'project'), 'test');
    const paths = ['same-names/plateA', 'same-names/plateB', 'duplicate-channel-names'].map(sharedCases);
    const { added, failures } = await addImages(project, { paths }, control);
    expect(failures).toEqual([]);
    expect(added.map(({ name, channelNames }) => [name, channelNames])).toEqual([
      ['plateA/A01_f1', ['Channel 1']],
      ['plateB/A01_f1', ['Channel 1']],
      ['cycif', ['DAPI', 'CD3', 'DAPI (3)']],
    ]);
    await project.close();
  });
});

/** A TIFF with one directory entry: code, type, count, value. */
function entry(code: number, type: 3 | 4 | 2, count: number, value: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(code, 0);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt32BE(count, 4);
  if (type === 3) bytes.writeUInt16BE(value, 8);
  else bytes.writeUInt32BE(value, 8);
  return bytes;
}

test('over-2gb: an ImageJ stack of 4.4 GB in one directory is opened, and its last plane is read', async () => {
  const [count, side] = [520, 2048];
  const description = Buffer.from(
    `ImageJ=1.54p\nimages=${count}\nslices=${count}\nunit=micron\nloop=false\n\0`,
  );
  const after = 8 + 2 + 11 * 12 + 4;
  const start = 512;
  const entries = [
    entry(254, 4, 1, 0),
    entry(256, 4, 1, side),
    entry(257, 4, 1, side),
    entry(258, 3, 1, 16),
    entry(259, 3, 1, 1),
    entry(262, 3, 1, 1),
    entry(270, 2, description.length, after),
    entry(273, 4, 1, start),
    entry(277, 3, 1, 1),
    entry(278, 4, 1, side),
    entry(279, 4, 1, 2 * side * side),
  ];
  const head = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, entries.length]);
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'big.tif');
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([head, ...entries, Buffer.alloc(4), description]));
  const end = start + count * 2 * side * side;
  ftruncateSync(file, end);
  // The last pixel of the last plane. The rest of the file is not on the disk.
  writeSync(file, Buffer.from([0x12, 0x34]), 0, 2, end - 2);
  closeSync(file);
  const [source, ...others] = await openImage(await fileBytes(path), 'big.tif', {});
  expect(others).toEqual([]);
  expect(source!.shape).toMatchObject({ y: side, x: side, z: count });
  const plane = await readPlane(source!, { channel: 0, z: count - 1, t: 0 }, 'big.tif');
  expect([plane.data.at(-1), plane.data[0]]).toEqual([0x1234, 0]);
});
