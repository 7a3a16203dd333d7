import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PixelArray } from '../../../src-main/contract/pixels.ts';
import { writePng } from '../../../src-main/imaging/png/write-png.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { loadChannel, loadRole } from '../../../src-main/project/load-image.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { add } from '../../../src-main/tasks/images/add.ts';
import { relink } from '../../../src-main/tasks/images/relink.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control, smallProject, writeFields } from '../small-project.ts';

/** A folder for images, and an empty project beside it. */
async function emptyProject(): Promise<{ images: string; project: Project }> {
  const folder = temporaryFolder();
  const images = join(folder, 'images');
  mkdirSync(images);
  return { images, project: await createProject(join(folder, 'project'), 'test') };
}

function tiff(
  height: number,
  width: number,
  planes: PixelArray[] = [new Uint16Array(height * width)],
): Uint8Array {
  return writeTiff({
    height,
    width,
    dtype: planes[0] instanceof Float32Array ? 'float32' : 'uint16',
    sizes: { t: 1, z: 1, c: planes.length },
    planes,
    channelNames: planes.map((_, index) => `Channel ${index + 1}`),
    pixelSizeUm: null,
  });
}

test('reads channels, roles, calibration; keeps relative paths and hashes; is found again', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 2);
  expect(project.manifest.images.map(({ name }) => name)).toEqual(['field-1', 'field-2']);
  expect(project.image('field-1')).toMatchObject({
    id: 'field-1',
    files: [
      {
        path: '../images/field-1.tif',
        channels: 2,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ],
    height: 128,
    width: 128,
    channelNames: ['Membrane', 'DAPI'],
    roles: { cells: 0, nuclei: 1 },
    pixelSizeOrigin: 'file',
    included: true,
  });
  expect(project.image('field-1').pixelSizeUm?.x).toBeCloseTo(0.8);
  const before = project.manifest;
  await project.close();
  const again = await openProject(project.folder, { purpose: 'test' });
  expect(again.manifest).toEqual(before);
  await again.close();
});

test('files of one field become channels, label images are set aside, what is said wins over the guess', async () => {
  const { images, project } = await emptyProject();
  for (const name of ['a_phase', 'a_nuclear', 'b_phase', 'b_nuclear'])
    writeFileSync(join(images, `${name}.tif`), tiff(4, 5));
  writeFileSync(join(images, 'a_label.tif'), tiff(4, 5));
  // The two fields are alike in content: only their number of files tells them from one another.
  writeFileSync(join(images, 'b_phase.tif'), tiff(4, 5, [new Uint16Array(20).fill(7)]));
  const result = await add(
    project,
    { paths: [images], roles: { nuclei: 'phase' }, pixelSizeUm: { y: 0.5, x: 0.5 } },
    control,
  );
  expect(result.failures).toEqual([]);
  expect(result.labelFiles).toEqual([join(images, 'a_label.tif')]);
  expect(result.added).toMatchObject([
    {
      name: 'a',
      channelNames: ['nuclear', 'phase'],
      roles: { cells: 0, nuclei: 1 },
      pixelSizeOrigin: 'typed',
    },
    { name: 'b', channelNames: ['nuclear', 'phase'], pixelSizeUm: { y: 0.5, x: 0.5 } },
  ]);
  await project.close();
});

test('the same content is added once, and what is said of it anew is taken over', async () => {
  const folder = temporaryFolder();
  const project = await smallProject(folder, 1);
  const { added, known } = await add(
    project,
    { paths: [join(folder, 'images')], roles: { nuclei: null }, pixelSizeUm: { y: 0.4, x: 0.4 } },
    control,
  );
  expect({ added, known }).toEqual({ added: [], known: ['field-1'] });
  expect(project.manifest.images).toMatchObject([
    { roles: { cells: 0, nuclei: null }, pixelSizeUm: { x: 0.4 } },
  ]);
  await project.close();
});

test('a stack is corrected when it is added, or afterwards, and is read as it was corrected', async () => {
  const { images, project } = await emptyProject();
  const planes = Array.from({ length: 6 }, (_, i) => new Uint16Array(20).fill(i));
  const stack = { height: 4, width: 5, dtype: 'uint16', planes, pixelSizeUm: null } as const;
  const sizes = { t: 1, z: 1, c: 6 };
  const channelNames = planes.map((_, i) => `Channel ${i + 1}`);
  writeFileSync(join(images, 'a.tif'), writeTiff({ ...stack, sizes, channelNames }, { description: 'none' }));
  const paths = [images];
  const { failures } = await add(project, { paths, axes: 'ZC4' }, control);
  expect(failures).toMatchObject([{ code: 'setting-invalid', subject: 'a' }]);
  await add(project, { paths, axes: 'C2Z' }, control);
  const asked = { axes: 'C2Z', sizes: { t: 1, z: 3 }, channelNames: ['Channel 1', 'Channel 2'] };
  expect(project.manifest.images).toMatchObject([{ ...asked, files: [{ channels: 2 }] }]);
  expect((await loadChannel(project, project.manifest.images[0]!, 1)).data[0]).toBe(3);

  await add(project, { paths, axes: 'TC3', roles: { nuclei: 'Channel 3' } }, control);
  const [image] = project.manifest.images;
  expect(image).toMatchObject({ sizes: { t: 2, z: 1 }, roles: { nuclei: 2 }, files: [{ channels: 3 }] });
  expect((await loadChannel(project, { ...image!, plane: { t: 1, z: 0 } }, 2)).data[0]).toBe(5);
  await project.close();
});

test('equal names in different folders stay apart', async () => {
  const { images, project } = await emptyProject();
  for (const [index, plate] of ['plate 1', 'plate 2'].entries()) {
    mkdirSync(join(images, plate));
    writeFileSync(join(images, plate, 'A01.tif'), tiff(4, 5, [new Uint16Array(20).fill(index)]));
  }
  const { added } = await add(project, { paths: [images] }, control);
  expect(added.map(({ id, name }) => [id, name])).toEqual([
    ['plate-1-a01', 'plate 1/A01'],
    ['plate-2-a01', 'plate 2/A01'],
  ]);
  await project.close();
});

describe('files that moved', () => {
  test('with the project are found by their relative paths, without it where they were last seen', async () => {
    const folder = temporaryFolder();
    const project = await smallProject(join(folder, 'here'), 1);
    await project.close();
    renameSync(join(folder, 'here'), join(folder, 'there'));
    const moved = await openProject(join(folder, 'there', 'project'), { purpose: 'test', access: 'read' });
    expect((await loadRole(moved, moved.image('field-1'), 'cells')).height).toBe(128);

    renameSync(join(folder, 'there'), join(folder, 'here'));
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
    renameSync(join(folder, 'here', 'project'), join(folder, 'deep', 'er', 'project'));
    const alone = await openProject(join(folder, 'deep', 'er', 'project'), {
      purpose: 'test',
      access: 'read',
    });
    expect((await loadRole(alone, alone.image('field-1'), 'cells')).height).toBe(128);
  });

  test('and were renamed are found by their content', async () => {
    const folder = temporaryFolder();
    const project = await smallProject(folder, 2);
    mkdirSync(join(folder, 'archive'));
    renameSync(join(folder, 'images', 'field-1.tif'), join(folder, 'archive', 'renamed.tif'));
    rmSync(join(folder, 'images', 'field-2.tif'));
    await expect(loadRole(project, project.image('field-1'), 'cells')).rejects.toMatchObject({
      code: 'file-not-found',
      remedy: expect.stringContaining('--relink') as string,
    });
    const result = await relink(project, { folder: join(folder, 'archive') }, control);
    expect(result).toEqual({
      found: [{ from: join(folder, 'images', 'field-1.tif'), to: join(folder, 'archive', 'renamed.tif') }],
      missing: [join(folder, 'images', 'field-2.tif')],
    });
    expect((await loadRole(project, project.image('field-1'), 'cells')).height).toBe(128);
    await project.close();
  });
});

describe('what cannot be added', () => {
  test('a folder without images', async () => {
    const { images, project } = await emptyProject();
    writeFileSync(join(images, 'notes.txt'), 'x');
    await expect(add(project, { paths: [images] }, control)).rejects.toMatchObject({ code: 'no-images' });
    await expect(add(project, { paths: [join(images, 'nowhere')] }, control)).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await project.close();
  });

  test('is listed by name with the reason, and the rest is added', async () => {
    const { images, project } = await emptyProject();
    const whole = tiff(64, 64, [Uint16Array.from({ length: 4096 }, (_, i) => (i * 7919) % 65536)]);
    writeFileSync(join(images, 'good.tif'), whole);
    writeFileSync(join(images, 'cut.tif'), whole.subarray(0, whole.length >> 1));
    writeFileSync(join(images, 'text.tif'), 'not an image');
    writeFileSync(join(images, 'empty.tif'), '');
    writeFileSync(join(images, 'nan.tif'), tiff(4, 5, [new Float32Array(20).fill(NaN)]));
    writeFileSync(join(images, 'pair_phase.tif'), tiff(4, 5));
    writeFileSync(join(images, 'pair_nuclear.tif'), tiff(5, 5));
    const { added, failures } = await add(project, { paths: [images] }, control);
    expect(added.map(({ name }) => name)).toEqual(['good']);
    expect(failures.map(({ subject, code }) => [subject, code])).toEqual([
      ['cut', 'file-damaged'],
      ['empty', 'file-damaged'],
      ['nan', 'image-invalid'],
      ['pair', 'image-size-mismatch'],
      ['text', 'file-unsupported'],
    ]);
    for (const { message, remedy } of failures) {
      expect(message).toMatch(/\S/);
      expect(remedy).toMatch(/\S/);
    }
    expect(project.manifest.images.map(({ name }) => name)).toEqual(['good']);
    await project.close();
  });

  test('a channel that is not there, naming those that are', async () => {
    const folder = temporaryFolder();
    await writeFields(folder, 1);
    const project = await createProject(join(folder, 'project'), 'test');
    const { added, failures } = await add(
      project,
      { paths: [join(folder, 'images')], roles: { cells: 'GFP' } },
      control,
    );
    expect(added).toEqual([]);
    expect(failures).toMatchObject([{ code: 'setting-invalid', remedy: 'Its channels are Membrane, DAPI.' }]);
    await project.close();
  });
});

test('odd sizes and contents are fine: 1 × 1, 64 × 64, all black, PNG, a name that lies', async () => {
  const { images, project } = await emptyProject();
  writeFileSync(join(images, 'tiny.tif'), tiff(1, 1));
  writeFileSync(join(images, 'black.tif'), tiff(64, 64));
  const png = writePng({ height: 2, width: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) });
  writeFileSync(join(images, 'really a png.tif'), png);
  const { added, failures } = await add(project, { paths: [images] }, control);
  expect(failures).toEqual([]);
  expect(added.length).toBe(3);
  await project.close();
});

test('stopping keeps what was read so far', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 3);
  const project = await createProject(join(folder, 'project'), 'test');
  const stop = new AbortController();
  const stopping = {
    signal: stop.signal,
    onProgress: ({ done }: { done: number }) => {
      if (done === 1) stop.abort();
    },
  };
  await expect(add(project, { paths: [join(folder, 'images')] }, stopping)).rejects.toMatchObject({
    code: 'cancelled',
  });
  const kept = JSON.parse(readFileSync(join(project.folder, 'project.json'), 'utf8')) as {
    images: unknown[];
  };
  expect(kept.images.length).toBe(2);
  await project.close();
});
