import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { PixelArray } from '../../../src-main/contract/pixels.ts';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { writePng } from '../../../src-main/imaging/png/write-png.ts';
import { writeTiff } from '../../../src-main/imaging/tiff/write-tiff.ts';
import { createProject } from '../../../src-main/project/create-project.ts';
import { loadChannel, loadRole } from '../../../src-main/project/load-image.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { channelChoiceOf } from '../../../src-main/cli/channel-choice.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { setImages } from '../../../src-main/tasks/images/set-images.ts';
import { attachLabelFile, detachLabels } from '../../../src-main/tasks/images/attach-labels.ts';
import { inspectImages } from '../../../src-main/tasks/images/inspect-images.ts';
import { stepHistory } from '../../../src-main/tasks/edits/step-history.ts';
import { summariseImage } from '../../../src-main/tasks/images/summarise-image.ts';
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
  // The two fields have similar content: only their number of files distinguishes them.
  writeFileSync(join(images, 'b_phase.tif'), tiff(4, 5, [new Uint16Array(20).fill(7)]));
  const result = await addImages(
    project,
    { paths: [images], roles: { nuclei: 'phase' }, pixelSizeUm: { y: 0.5, x: 0.5 } },
    control,
  );
  expect(result.failures).toEqual([]);
  expect(result.labels).toEqual([{ file: join(images, 'a_label.tif'), image: 'a' }]);
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
  const { added, known } = await addImages(
    project,
    { paths: [join(folder, 'images')], roles: { nuclei: null }, pixelSizeUm: { y: 0.4, x: 0.4 } },
    control,
  );
  expect({ added, known }).toEqual({
    added: [],
    known: [{ name: 'field-1', image: 'field-1', as: 'field-1' }],
  });
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
  const { failures } = await addImages(project, { paths, axes: 'ZC4' }, control);
  expect(failures).toMatchObject([{ code: 'setting-invalid', subject: 'a' }]);
  await addImages(project, { paths, axes: 'C2Z' }, control);
  const asked = { axes: 'C2Z', sizes: { t: 1, z: 3 }, channelNames: ['Channel 1', 'Channel 2'] };
  expect(project.manifest.images).toMatchObject([{ ...asked, files: [{ channels: 2 }] }]);
  expect((await loadChannel(project, project.manifest.images[0]!, 1)).data[0]).toBe(3);

  await addImages(project, { paths, axes: 'TC3', roles: { nuclei: 'Channel 3' } }, control);
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
  const { added } = await addImages(project, { paths: [images] }, control);
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
      command: expect.stringContaining('--relink') as string,
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
    await expect(addImages(project, { paths: [images] }, control)).rejects.toMatchObject({
      code: 'no-images',
    });
    await expect(addImages(project, { paths: [join(images, 'nowhere')] }, control)).rejects.toMatchObject({
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
    const { added, failures } = await addImages(project, { paths: [images] }, control);
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
    const { added, failures } = await addImages(
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
  const { added, failures } = await addImages(project, { paths: [images] }, control);
  expect(failures).toEqual([]);
  expect(added.length).toBe(3);
  await project.close();
});

test('images are in the project, and told of, while others are still read', async () => {
  const { images, project } = await emptyProject();
  for (let i = 0; i < 6; i++)
    writeFileSync(join(images, `${i}.tif`), tiff(8, 8, [new Uint16Array(64).fill(i)]));
  // A clock by which each reading takes 0.6 s.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 600));
  const told: string[][] = [];
  try {
    await addImages(project, { paths: [images] }, control, (ids) => {
      const names = ids.map((id) => project.manifest.images.find((image) => image.id === id)!.name);
      told.push(names);
      return Promise.resolve();
    });
  } finally {
    clock.mockRestore();
  }
  expect(told.length).toBeGreaterThan(1);
  expect(told.flat()).toEqual(['0', '1', '2', '3', '4', '5']);
  expect(project.manifest.images.map(({ name }) => name)).toEqual(told.flat());
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
  await expect(addImages(project, { paths: [join(folder, 'images')] }, stopping)).rejects.toMatchObject({
    code: 'cancelled',
  });
  const kept = JSON.parse(readFileSync(join(project.folder, 'project.json'), 'utf8')) as {
    images: unknown[];
  };
  // One was read. The other that was being read may or may not have ended.
  expect([1, 2]).toContain(kept.images.length);
  await project.close();
});

describe('what is left out of an intake, and why', () => {
  const pixels = (value: number): PixelArray[] => [new Uint16Array(400).fill(value, 100, 200)];

  test('equal content says which image has it, whatever it is called', async () => {
    const { images, project } = await emptyProject();
    writeFileSync(join(images, 'a.tif'), tiff(20, 20, pixels(7)));
    writeFileSync(join(images, 'b.tif'), tiff(20, 20, pixels(7)));
    const { added, known } = await addImages(project, { paths: [images] }, control);
    expect(added.map(({ name }) => name)).toEqual(['a']);
    expect(known).toEqual([{ name: 'b', image: 'a', as: 'a' }]);
    await project.close();
  });

  test('a changed file is offered as an update, which keeps the image', async () => {
    const { images, project } = await emptyProject();
    const path = join(images, 'a.tif');
    writeFileSync(path, tiff(20, 20, pixels(7)));
    await addImages(project, { paths: [images], pixelSizeUm: { y: 0.5, x: 0.5 } }, control);
    writeFileSync(path, tiff(20, 20, pixels(9)));
    const before = project.manifest;
    const found = await addImages(project, { paths: [images] }, control);
    expect(found).toMatchObject({ added: [], known: [], changed: [{ name: 'a', image: 'a', as: 'a' }] });
    expect(project.manifest).toEqual(before);
    const { updated, changed } = await addImages(project, { paths: [images], update: true }, control);
    expect({ updated, changed }).toEqual({ updated: [{ name: 'a', image: 'a', as: 'a' }], changed: [] });
    expect(project.manifest.images).toMatchObject([{ id: 'a', pixelSizeUm: { y: 0.5 } }]);
    expect((await loadChannel(project, project.image('a'), 0)).data[150]).toBe(9);
    expect((await addImages(project, { paths: [images] }, control)).known).toHaveLength(1);

    // After undo, the project knows the earlier file again, and offers the update once more.
    const after = project.image('a');
    await stepHistory(project, 'a', 'undo', 'undo-1');
    expect(project.manifest.images).toEqual(before.images);
    expect((await addImages(project, { paths: [images] }, control)).changed).toHaveLength(1);
    await stepHistory(project, 'a', 'redo', 'redo-1');
    expect(project.image('a')).toEqual(after);
    await project.close();
  });

  test('a file of another size is no update', async () => {
    const { images, project } = await emptyProject();
    writeFileSync(join(images, 'a.tif'), tiff(20, 20, pixels(7)));
    await addImages(project, { paths: [images] }, control);
    writeFileSync(join(images, 'a.tif'), tiff(10, 40, pixels(7)));
    const { failures, updated } = await addImages(project, { paths: [images], update: true }, control);
    expect(updated).toEqual([]);
    expect(failures).toMatchObject([
      { code: 'image-size-mismatch', message: 'a now has 40 × 10 px, but 20 × 20 px when it was added.' },
    ]);
    await project.close();
  });

  test('thumbnails of an instrument', async () => {
    const { images, project } = await emptyProject();
    const guid = '4F0C23B1-7042-435F-99F0-1E847D9B42CB';
    writeFileSync(join(images, `A01_s1_w1${guid}.tif`), tiff(20, 20, pixels(7)));
    writeFileSync(join(images, `A01_s1_w1_thumb${guid}.tif`), tiff(20, 20, pixels(8)));
    writeFileSync(join(images, 'left_thumbnail_of_hand.tif'), tiff(20, 20, pixels(9)));
    const { added, thumbnailFiles } = await addImages(project, { paths: [images] }, control);
    expect(added).toHaveLength(2);
    expect(thumbnailFiles).toEqual([join(images, `A01_s1_w1_thumb${guid}.tif`)]);
    await expect(
      addImages(project, { paths: [join(images, `A01_s1_w1_thumb${guid}.tif`)] }, control),
    ).rejects.toThrow('only thumbnails, judging by the names. Number: 1.');
    await project.close();
  });

  test('smaller copies of NDTiff, only beside the full resolution', async () => {
    const { images, project } = await emptyProject();
    for (const [k, folder] of ['Full resolution', 'Downsampled_x2', 'Downsampled_x4'].entries()) {
      mkdirSync(join(images, 'acq', folder), { recursive: true });
      writeFileSync(join(images, 'acq', folder, 'NDTiffStack.tif'), tiff(20, 20, pixels(7 + k)));
    }
    const copies = ['Downsampled_x2', 'Downsampled_x4'].map((at) =>
      join(images, 'acq', at, 'NDTiffStack.tif'),
    );
    const { added, thumbnailFiles } = await addImages(project, { paths: [join(images, 'acq')] }, control);
    expect(added).toHaveLength(1);
    expect(thumbnailFiles).toEqual(copies);
    // A person who names only a copy wants it.
    expect((await addImages(project, { paths: [copies[0]!] }, control)).added).toHaveLength(1);
    await project.close();
  });

  test('a stack that does not say what its planes are is named', async () => {
    const { images, project } = await emptyProject();
    const planes = [...pixels(1), ...pixels(2)];
    const raster = { height: 20, width: 20, dtype: 'uint16' as const, planes, pixelSizeUm: null };
    const sizes = { t: 1, z: 1, c: 2 };
    const bytes = writeTiff({ ...raster, sizes, channelNames: ['a', 'b'] }, { description: 'none' });
    writeFileSync(join(images, 'plain.tif'), bytes);
    writeFileSync(join(images, 'described.tif'), tiff(20, 20, [...pixels(3), ...pixels(4)]));
    expect((await addImages(project, { paths: [images] }, control)).guessedStacks).toEqual(['plain']);
    await project.close();
  });
});

describe('files of one image, by their names', () => {
  const plane = (value: number, size = 20): Uint8Array =>
    tiff(size, size, [new Uint16Array(size * size).fill(value, 9)]);

  test('an unknown marker joins a stain of equal size, and is asked about', async () => {
    const { images, project } = await emptyProject();
    writeFileSync(join(images, 'X_CD3.tif'), plane(1));
    writeFileSync(join(images, 'X_DAPI.tif'), plane(2));
    writeFileSync(join(images, 'Y_CD3.tif'), plane(3, 10));
    writeFileSync(join(images, 'Y_DAPI.tif'), plane(4));
    const shown = await inspectImages(project, { project: '', paths: [images], options: {} }, control);
    const asked = shown.proposals.map(({ name, channelsAreGuessed }) => [name, channelsAreGuessed]);
    expect(asked).toEqual([
      ['X', true],
      ['Y', false],
      ['Y_CD3', false],
    ]);
    const { added, guessedChannels } = await addImages(project, { paths: [images] }, control);
    expect(added.map(({ name, channelNames, roles }) => [name, channelNames, roles])).toEqual([
      ['X', ['CD3', 'DAPI'], { cells: 0, nuclei: 1 }],
      ['Y', ['DAPI'], { cells: 0, nuclei: 0 }],
      ['Y_CD3', ['Channel 1'], { cells: 0, nuclei: null }],
    ]);
    expect(guessedChannels).toEqual(['X']);
    await project.close();
  });

  test('stay separate where that is said', async () => {
    const { images, project } = await emptyProject();
    for (const [i, name] of ['X_CD3', 'X_DAPI'].entries())
      writeFileSync(join(images, `${name}.tif`), plane(i + 1));
    const params = { paths: [images], channelPattern: 'none' };
    const { added, guessedChannels } = await addImages(project, params, control);
    expect(added.map(({ name }) => name)).toEqual(['X_CD3', 'X_DAPI']);
    expect(guessedChannels).toEqual([]);
    await project.close();
  });
});

describe('roles that a person says', () => {
  async function withImages(): Promise<{ images: string; project: Project }> {
    const made = await emptyProject();
    const plane = (value: number): Uint16Array => new Uint16Array(400).fill(value, 9);
    writeFileSync(join(made.images, 'one.tif'), tiff(20, 20, [plane(1)]));
    writeFileSync(join(made.images, 'two.tif'), tiff(20, 20, [plane(2), plane(3)]));
    writeFileSync(join(made.images, 'three.tif'), tiff(20, 20, [plane(4), plane(5), plane(6)]));
    await addImages(made.project, { paths: [made.images] }, control);
    return made;
  }
  const rolesOf = (project: Project): unknown =>
    Object.fromEntries(project.manifest.images.map(({ name, roles }) => [name, [roles.cells, roles.nuclei]]));

  test('both roles may be one channel, and none is lost', async () => {
    const { images, project } = await withImages();
    await addImages(project, { paths: [images], roles: { cells: 0, nuclei: null } }, control);
    expect(rolesOf(project)).toEqual({ one: [0, null], two: [0, null], three: [0, null] });
    await addImages(project, { paths: [images], roles: { nuclei: 'Channel 1' } }, control);
    // Of two channels, the other one shows the cells.
    expect(rolesOf(project)).toEqual({ one: [0, 0], two: [1, 0], three: [0, 0] });
    await addImages(project, { paths: [images], roles: { cells: 0, nuclei: 0 } }, control);
    expect(rolesOf(project)).toEqual({ one: [0, 0], two: [0, 0], three: [0, 0] });
    await project.close();
  });

  test('for images that are there already, without their files, as a step of undo', async () => {
    const { images, project } = await withImages();
    const before = rolesOf(project);
    rmSync(images, { recursive: true });
    const { changed, failures } = await setImages(project, { roles: { nuclei: 2 } }, control);
    expect(changed).toEqual(['three']);
    expect(failures.map(({ subject, message }) => [subject, message])).toEqual([
      ['one', 'one has no channel 3.'],
      ['two', 'two has no channel 3.'],
    ]);
    expect(rolesOf(project)).toMatchObject({ three: [expect.any(Number) as number, 2] });
    await stepHistory(project, 'three', 'undo', 'undo-1');
    expect(rolesOf(project)).toEqual(before);
    await project.close();
  });

  test('a channel called by a number is found', async () => {
    const { images, project } = await emptyProject();
    const planes = [new Uint16Array(400).fill(2, 9), new Uint16Array(400).fill(3, 9)];
    const raster = { height: 20, width: 20, dtype: 'uint16' as const, planes, pixelSizeUm: null };
    const sizes = { t: 1, z: 1, c: 2 };
    writeFileSync(join(images, 'a.tif'), writeTiff({ ...raster, sizes, channelNames: ['488', '405'] }));
    const { added } = await addImages(
      project,
      { paths: [images], roles: { nuclei: channelChoiceOf('405') } },
      control,
    );
    expect(added).toMatchObject([{ roles: { cells: 0, nuclei: 1 } }]);
    await project.close();
  });

  test('one channel without nuclei is refused for locations, with the reason and the way', async () => {
    const { project } = await withImages();
    await setImages(project, { roles: { nuclei: null } }, control);
    await expect(loadRole(project, project.image('one'), 'nuclei')).rejects.toMatchObject({
      message: 'one has one channel, and it does not look like stained nuclei.',
      command: 'lacss add --nuclei 1',
    });
    await project.close();
  });
});

describe('label images among the files', () => {
  const cells = (from: number): Uint8Array =>
    labelTiff({ height: 20, width: 20, data: Int32Array.from({ length: 400 }, (_, i) => Number(i >= from)) });

  async function withLabels(): Promise<{ images: string; project: Project }> {
    const made = await emptyProject();
    for (const [i, name] of ['a', 'b'].entries()) {
      writeFileSync(join(made.images, `${name}.tif`), tiff(20, 20, [new Uint16Array(400).fill(i + 1, 9)]));
      writeFileSync(join(made.images, `${name}_label.tif`), cells(200));
    }
    writeFileSync(join(made.images, 'elsewhere_label.tif'), cells(200));
    return made;
  }

  test('are paired by name and shown, and attached only where that is said', async () => {
    const { images, project } = await withLabels();
    const pairs = ['a', 'b'].map((name) => ({ file: join(images, `${name}_label.tif`), image: name }));
    const shown = await inspectImages(project, { project: '', paths: [images], options: {} }, control);
    expect(shown).toMatchObject({
      labels: pairs.map((pair) => ({ ...pair, unfit: null })),
      labelFiles: [join(images, 'elsewhere_label.tif')],
    });
    const found = await addImages(project, { paths: [images] }, control);
    expect(found).toMatchObject({ attached: [], labels: pairs });
    // The images are already there: adding only their label images must work too.
    const paths = pairs.map(({ file }) => file);
    const later = await addImages(project, { paths, attachLabels: true }, control);
    expect(later.attached).toMatchObject(pairs.map((pair) => ({ ...pair, cells: 1, warning: null })));
    expect({ added: later.added, labels: later.labels }).toEqual({ added: [], labels: [] });
    const summary = await summariseImage(project, project.image('a'));
    expect(summary.labelImage).toEqual({ file: 'a_label.tif', cells: 1, warning: null });
    await project.close();
  });

  test('of another size are no truth', async () => {
    const { images, project } = await withLabels();
    const small = { height: 2, width: 2, data: new Int32Array(4).fill(1) };
    writeFileSync(join(images, 'b_label.tif'), labelTiff(small));
    const shown = await inspectImages(project, { project: '', paths: [images], options: {} }, control);
    expect(shown.labels.map(({ unfit }) => unfit)).toEqual([null, 'It has 2 × 2 px, b has 20 × 20 px.']);
    const { attached, failures } = await addImages(project, { paths: [images], attachLabels: true }, control);
    expect(attached.map(({ image }) => image)).toEqual(['a']);
    expect(failures).toMatchObject([{ code: 'image-size-mismatch' }]);
    await project.close();
  });

  test('with the image’s points mostly outside their cells are warned about, and can be detached', async () => {
    const { images, project } = await withLabels();
    await addImages(project, { paths: [images] }, control);
    const image = project.image('a');
    const value = Float32Array.of(1, 1, 2, 2, 3, 3, 15, 15);
    const source = { method: 'edited', by: 'person', parameters: {} } as const;
    await project.annotation(image).edit('Add points', { locations: { value, source } });
    const warning = 'a_label.tif may belong to another image: 1 of the 4 points of a are inside its cells.';
    const path = join(images, 'a_label.tif');
    expect(await attachLabelFile(project, image, path)).toEqual({ cells: 1, warning });
    expect((await summariseImage(project, image)).labelImage).toMatchObject({ warning });
    expect((await detachLabels(project, project.manifest.images)).map(({ name }) => name)).toEqual(['a']);
    expect((await summariseImage(project, image)).labelImage).toBeNull();
    expect(existsSync(path)).toBe(true);
    await project.annotation(image).undo();
    expect((await summariseImage(project, image)).labelImage).toMatchObject({ file: 'a_label.tif' });
    await project.close();
  });
});
