import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unpackMask } from '../../src-main/contract/packed-mask.ts';
import { thumbnailUrl, tileUrl } from '../../src-main/contract/urls.ts';
import type { LocationEdit } from '../../src-main/contract/requests/location-requests.ts';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import { readPng } from '../fixtures/read-whole.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { storedModel } from '../fixtures/stored-model.ts';
import { diskRadiusPx, disks, imageSize, writeTwoChannelImages } from '../fixtures/two-channel-images.ts';
import { uploadFile } from '../../src-renderer/client/upload-file.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';

/** The host with its real imaging process on real files: a window's view of a project. */
describe('a project in the window', () => {
  let test1: TestHost;
  let window: TestWindow;
  let project: ProjectView;
  const none = new AbortController().signal;

  beforeAll(async () => {
    test1 = await openTestHost();
    window = test1.window();
    await writeTwoChannelImages(join(test1.folder, 'images'), 3);
    await writeFile(join(test1.folder, 'images', 'notes.tif'), 'not a picture');
    project = await window.ask('project.create', { parent: test1.folder, name: 'Plate 3: A431' });
  });
  afterAll(() => test1.close());

  test('a new project lies in a folder of its name, without what file systems do not take', () => {
    expect(project.folder).toBe(join(test1.folder, 'Plate 3  A431'));
    expect(project).toMatchObject({ name: 'Plate 3: A431', images: [], readOnly: false, revision: 0 });
  });

  test('files are looked at before they are added, with a picture of every channel', async () => {
    const { proposals, failures, total } = await window.ask('images.inspect', {
      project: project.id,
      paths: [join(test1.folder, 'images')],
      options: {},
    });
    expect(total).toBe(4);
    expect(proposals.map(({ name }) => name)).toEqual(['field-1', 'field-2', 'field-3']);
    expect(proposals[0]).toMatchObject({
      ...imageSize,
      channelNames: ['Membrane', 'DAPI'],
      roles: { cells: 0, nuclei: 1 },
      pixelSizeUm: { y: 0.8, x: 0.8 },
      dtype: 'uint16',
    });
    const proofs = await Promise.all(proposals[0]!.thumbnails.map((png) => readPng(png, 'proof')));
    expect(proofs.map(({ height }) => height)).toEqual([120, 120]);
    expect(failures).toMatchObject([{ code: expect.stringMatching(/^file-/) as string, subject: 'notes' }]);
  });

  test('what fails is listed, the rest is added, and every window is told', async () => {
    const other = test1.window();
    const told = other.next('project.imagesChanged');
    const { added, failures } = await window.ask('images.add', {
      project: project.id,
      paths: [join(test1.folder, 'images')],
      options: {},
    });
    expect(added).toHaveLength(3);
    expect(failures).toHaveLength(1);
    const { changed, removed, revision } = await told;
    expect({ ids: changed.map(({ id }) => id), removed, revision }).toEqual({
      ids: added,
      removed: [],
      revision: 1,
    });
    project = await window.ask('project.read', { project: project.id });
    expect(project.images[0]!.marks).toEqual({
      foreground: 'missing',
      locations: 'missing',
      locationCount: 0,
      labels: false,
      predictedBy: null,
      cells: 0,
      accepted: 0,
      rejected: 0,
    });
  });

  test('tiles hold the numbers of the file', async () => {
    const [image] = project.images;
    const address = {
      project: project.id,
      image: image!.id,
      pixels: image!.pixels,
      t: 0,
      z: 0,
      level: 0,
      row: 0,
      column: 0,
    };
    const { bytes, mediaType } = (await test1.host.pixels(tileUrl({ ...address, c: 0 }), none))!;
    const samples = new Uint16Array(Uint8Array.from(bytes).buffer);
    expect(mediaType).toBe('application/octet-stream');
    expect(samples).toHaveLength(120 * 120);
    expect(samples[30 * 120 + 30]).toBe(4000 + (((30 * 120 + 30) * 7919) % 97));
    expect(samples[0]).toBe(500);
    await expect(test1.host.pixels(tileUrl({ ...address, c: 0, level: 1 }), none)).rejects.toMatchObject({
      code: 'image-invalid',
    });
    await expect(test1.host.pixels(tileUrl({ ...address, c: 2 }), none)).rejects.toMatchObject({
      code: 'image-invalid',
    });
  });

  test('a thumbnail is a picture no larger than asked', async () => {
    const [image] = project.images;
    const { bytes, mediaType } = (await test1.host.pixels(
      thumbnailUrl({ project: project.id, image: image!.id, pixels: image!.pixels, size: 96 }),
      none,
    ))!;
    expect(mediaType).toBe('image/png');
    expect(await readPng(bytes, 'thumbnail')).toMatchObject({ height: 96, width: 96 });
  });

  test('the display tells range, automatic contrast and histogram in the image’s own numbers', async () => {
    const display = await window.ask('images.display', { project: project.id, image: project.images[0]!.id });
    expect(display).toMatchObject({ ...imageSize, levels: 1, dtype: 'uint16' });
    expect(display.channels[0]).toMatchObject({ name: 'Membrane', offset: 0, scale: 1, min: 500, max: 4096 });
    expect(display.channels[0]!.histogram.reduce((sum, count) => sum + count, 0)).toBe(120 * 120);
  });

  test('a pick is the candidate that was shown; undo takes it back, redo does it again', async () => {
    const image = project.images[0]!.id;
    const { candidates } = await window.ask('foreground.candidates', { project: project.id, image });
    expect(candidates).toHaveLength(5);
    const picked = await window.ask('foreground.pick', {
      project: project.id,
      image,
      edit: randomUUID(),
      pick: { kind: 'candidate', index: 2, maskSha256: candidates[2]!.maskSha256 },
    });
    expect(picked).toMatchObject({ pick: { kind: 'candidate', index: 2 }, painted: false });
    expect(unpackMask(picked.mask!)).toEqual(unpackMask(candidates[2]!.mask));
    const expected = 3 * Math.PI * diskRadiusPx ** 2;
    expect(picked.fraction * 120 * 120).toBeGreaterThan(0.8 * expected);
    expect(picked.fraction * 120 * 120).toBeLessThan(1.2 * expected);

    const undone = await window.ask('history.undo', { project: project.id, image, edit: randomUUID() });
    expect(undone).toMatchObject({
      done: 'Pick candidate 3',
      touched: ['foreground'],
      image: { undo: null, redo: 'Pick candidate 3' },
    });
    expect(await window.ask('foreground.read', { project: project.id, image })).toMatchObject({
      pick: { kind: 'missing' },
    });
    const redone = await window.ask('history.redo', { project: project.id, image, edit: randomUUID() });
    expect(redone.image.marks.foreground).toBe('picked');
    expect(
      await window.ask('history.redo', { project: project.id, image, edit: randomUUID() }),
    ).toMatchObject({
      done: null,
      touched: [],
    });
  });

  test('a brush stroke changes just its pixels', async () => {
    const image = project.images[0]!.id;
    const seen = await window.ask('foreground.read', { project: project.id, image });
    const before = unpackMask(seen.mask!);
    const stroke = { mode: 'add', radiusPx: 1, path: Float32Array.of(110.5, 10.5, 110.5, 12.5) } as const;
    const after = await window.ask('foreground.paint', {
      project: project.id,
      image,
      edit: randomUUID(),
      on: { kind: 'saved', sha256: seen.sha256 },
      strokes: [stroke],
    });
    const painted = unpackMask(after.mask!).data.reduce<number[]>(
      (changed, value, i) => (value === before.data[i] ? changed : [...changed, i]),
      [],
    );
    // Centres within 1 px of the line from (110.5, 10.5) to (110.5, 12.5): five in its row, three above,
    // three below.
    const row = (y: number, from: number, to: number): number[] =>
      Array.from({ length: to - from + 1 }, (_, k) => y * 120 + from + k);
    expect(painted).toEqual([...row(109, 10, 12), ...row(110, 9, 13), ...row(111, 10, 12)]);
    expect(after).toMatchObject({ painted: true, pick: { kind: 'candidate', index: 2 } });
  });

  test('locations are found, edited by hand, and found again without losing the hand’s', async () => {
    const image = project.images[0]!.id;
    const { found, failures } = await window.ask('locations.find', {
      project: project.id,
      edit: randomUUID(),
      images: [image],
      scope: 'project',
      keepByHand: true,
    });
    expect(failures).toEqual([]);
    expect(found).toEqual([{ image, count: 3 }]);
    const { points, origin, warnings } = await window.ask('locations.read', { project: project.id, image });
    expect(origin).toBe('found');
    const nearest = disks.map(({ y, x }) =>
      Math.min(...[0, 1, 2].map((i) => Math.hypot(points[2 * i]! - y, points[2 * i + 1]! - x))),
    );
    expect(Math.max(...nearest)).toBeLessThan(2);
    // The earlier paint is a dot, too small to be a cell.
    expect(warnings).toMatchObject([
      { kind: 'speck-without-point', message: '1 small speck without a point' },
    ]);

    const edited = await window.ask('locations.edit', {
      project: project.id,
      image,
      edit: randomUUID(),
      change: { kind: 'add', points: Float32Array.of(110.5, 11.5) },
    });
    expect([...edited.byHand]).toEqual([0, 0, 0, 1]);
    expect(edited).toMatchObject({ origin: 'edited', warnings: [] });
    await window.ask('locations.find', {
      project: project.id,
      edit: randomUUID(),
      images: [image],
      scope: 'images',
      keepByHand: true,
    });
    const again = await window.ask('locations.read', { project: project.id, image });
    expect([...again.byHand]).toEqual([0, 0, 0, 1]);
    expect([...again.points.slice(6)]).toEqual([110.5, 11.5]);
  });

  test('an edit names points by id; one that names a point which is gone is refused', async () => {
    const image = project.images[0]!.id;
    const scope = { project: project.id, image };
    const change = (change: LocationEdit, edit: string = randomUUID()) =>
      window.ask('locations.edit', { ...scope, edit, change });
    const { ids, points } = await window.ask('locations.read', scope);
    expect(new Set(ids).size).toBe(ids.length);
    const left = await change({ kind: 'delete', ids: [ids[0]!] });
    expect(left.ids).toEqual(ids.slice(1));
    const moved = await change({ kind: 'move', ids: [ids[2]!], to: Float32Array.of(90, 40) });
    expect([...moved.points]).toEqual([points[2], points[3], 90, 40, points[6], points[7]]);
    expect(moved.ids).toEqual(left.ids);
    await expect(change({ kind: 'move', ids: [ids[0]!], to: Float32Array.of(1, 1) })).rejects.toMatchObject({
      code: 'annotation-invalid',
      subject: 'field-1',
    });
    expect(await window.ask('locations.read', scope)).toEqual(moved);
    await window.ask('history.undo', { ...scope, edit: randomUUID() });
    await window.ask('history.undo', { ...scope, edit: randomUUID() });
    expect(await window.ask('locations.read', scope)).toMatchObject({ ids, points });
  });

  test('an edit is made once, however often it is asked, also of a process that was started again', async () => {
    const image = project.images[0]!.id;
    const scope = { project: project.id, image };
    const before = await window.ask('locations.read', scope);
    const change = { kind: 'add', points: Float32Array.of(20, 20) } as const;
    const edit = randomUUID();
    const once = await window.ask('locations.edit', { ...scope, edit, change });
    expect(once.ids).toHaveLength(before.ids.length + 1);
    expect(await window.ask('locations.edit', { ...scope, edit, change })).toEqual(once);
    const undo = randomUUID();
    await window.ask('history.undo', { ...scope, edit: undo });
    const crashed = window.next('process.crashed');
    test1.kill('imaging');
    await crashed;
    await window.ask('history.undo', { ...scope, edit: undo });
    await window.ask('locations.edit', { ...scope, edit, change });
    expect((await window.ask('locations.read', scope)).ids).toEqual(before.ids);
  });

  test('an edit under which the process dies is made all the same', async () => {
    const scope = { project: project.id, image: project.images[0]!.id };
    const before = await window.ask('locations.read', scope);
    const change = { kind: 'add', points: Float32Array.of(20, 20) } as const;
    const edited = window.ask('locations.edit', { ...scope, edit: randomUUID(), change });
    test1.kill('imaging');
    expect((await edited).ids).toHaveLength(before.ids.length + 1);
    await window.ask('history.undo', { ...scope, edit: randomUUID() });
  });

  test('edits of one image at the same time all count', async () => {
    const scope = { project: project.id, image: project.images[0]!.id };
    const before = await window.ask('locations.read', scope);
    const add = (y: number) => ({ kind: 'add', points: Float32Array.of(y, 20) }) as const;
    const edits = [10, 11, 12].map((y) =>
      window.ask('locations.edit', { ...scope, edit: randomUUID(), change: add(y) }),
    );
    await Promise.all(edits);
    expect((await window.ask('locations.read', scope)).ids).toHaveLength(before.ids.length + 3);
    for (let i = 0; i < 3; i++) await window.ask('history.undo', { ...scope, edit: randomUUID() });
  });

  test('a pick of a mask that is no longer offered is refused, and nothing is saved', async () => {
    const scope = { project: project.id, image: project.images[1]!.id };
    const { candidates, settings } = await window.ask('foreground.candidates', scope);
    const presets = [0.5, 0.6, 0.7, 0.8, 0.9];
    await window.ask('foreground.saveSettings', { project: project.id, settings: { ...settings, presets } });
    const { maskSha256 } = candidates[4]!;
    const pick = { kind: 'candidate', index: 4, maskSha256 } as const;
    await expect(window.ask('foreground.pick', { ...scope, edit: randomUUID(), pick })).rejects.toMatchObject(
      { code: 'annotation-invalid', subject: 'field-2' },
    );
    await window.ask('foreground.saveSettings', { project: project.id, settings });
    expect(await window.ask('foreground.read', scope)).toMatchObject({ pick: { kind: 'missing' } });
  });

  test('an image that goes back to the project’s settings has the points of these, and keeps the hand’s', async () => {
    const image = project.images[0]!.id;
    const scope = { project: project.id, image };
    const before = await window.ask('locations.read', scope);
    await window.ask('locations.find', {
      project: project.id,
      edit: randomUUID(),
      images: [image],
      settings: { ...before.settings, sigma: { px: 30 } },
      scope: 'images',
      keepByHand: true,
    });
    const own = await window.ask('locations.read', scope);
    expect(own).toMatchObject({ own: true, settings: { sigma: { px: 30 } } });
    expect([...own.points]).not.toEqual([...before.points]);
    const back = await window.ask('locations.useProjectSettings', {
      ...scope,
      edit: randomUUID(),
      keepByHand: true,
    });
    expect(back).toMatchObject({ own: false, origin: 'found', settings: { sigma: 'auto' } });
    expect([...back.points]).toEqual([...before.points]);
    expect([...back.byHand]).toEqual([0, 0, 0, 1]);
  });

  test('guesses are accepted where nothing is picked', async () => {
    const { accepted, left } = await window.ask('foreground.acceptSuggestions', {
      project: project.id,
      edit: randomUUID(),
      minConfidence: 0,
    });
    expect(accepted).toEqual(project.images.slice(1).map(({ id }) => id));
    expect(left).toEqual([]);
  });

  test('what would be trained on is told, with what is left out and why', async () => {
    const plan = await window.ask('training.plan', { project: project.id });
    expect(plan.training).toEqual([project.images[0]!.id]);
    expect(plan.leftOut.map(({ reason }) => reason)).toEqual(['it has no locations', 'it has no locations']);
    expect(plan).toMatchObject({ locations: 4, obstacle: null });
  });

  test('a label image of another size is refused by name', async () => {
    const path = join(test1.folder, 'truth.tif');
    await writeFile(path, labelTiff({ height: 2, width: 2, data: Int32Array.of(0, 1, 0, 2) }));
    const image = project.images[0]!.id;
    await expect(
      window.ask('images.attachLabels', { project: project.id, edit: randomUUID(), image, path }),
    ).rejects.toMatchObject({ code: 'image-size-mismatch' });
    expect(await window.ask('labels.read', { project: project.id, image })).toBeNull();
  });

  test('images can be taken out and put back where they were', async () => {
    const ids = project.images.map(({ id }) => id);
    await window.ask('images.remove', { project: project.id, images: [ids[0]!] });
    expect((await window.ask('project.read', { project: project.id })).images.map(({ id }) => id)).toEqual(
      ids.slice(1),
    );
    // Only the whole list says where an image is. A window that hears of it reads the list.
    const told = test1.window().next('project.changed');
    await window.ask('images.restore', { project: project.id, images: [ids[0]!] });
    await told;
    const back = await window.ask('project.read', { project: project.id });
    expect(back.images.map(({ id }) => id)).toEqual(ids);
    expect(back.images[0]!.marks.foreground).toBe('picked');
    expect(back.removed).toEqual([]);
  });

  test('what was taken out is still to be put back after the process that did it has died', async () => {
    const image = project.images[1]!.id;
    await window.ask('images.remove', { project: project.id, images: [image] });
    test1.kill('imaging');
    expect((await window.ask('project.read', { project: project.id })).removed).toEqual([image]);
    await window.ask('images.restore', { project: project.id, images: [image] });
    expect((await window.ask('project.read', { project: project.id })).images[1]!.id).toBe(image);
  });

  test('what is said of an image as a whole is taken back like what is drawn in it', async () => {
    const image = project.images[1]!.id;
    const before = (await window.ask('project.read', { project: project.id })).images[1]!;
    const change = () => ({ project: project.id, edit: randomUUID(), images: [image] });
    await window.ask('images.change', { ...change(), roles: { cells: 1, nuclei: null } });
    const [excluded] = await window.ask('images.change', { ...change(), excluded: true });
    expect(excluded).toMatchObject({ excluded: true, roles: { cells: 1, nuclei: null }, undo: 'Exclude' });
    // The same value again is no edit.
    await window.ask('images.change', { ...change(), excluded: true });
    const step = () => ({ project: project.id, image, edit: randomUUID() });
    const once = await window.ask('history.undo', step());
    expect(once).toMatchObject({ done: 'Exclude', touched: [], image: { excluded: false, redo: 'Exclude' } });
    const twice = await window.ask('history.undo', step());
    expect(twice.done).toBe('Change channel roles');
    expect(twice.image).toMatchObject({ roles: before.roles, undo: before.undo });
    const again = await window.ask('history.redo', step());
    expect(again.image.roles).toEqual({ cells: 1, nuclei: null });
    await window.ask('history.undo', step());
    const { images } = await window.ask('project.read', { project: project.id });
    const forgiven = { redo: null, revision: 0 };
    expect({ ...images[1]!, ...forgiven }).toEqual({ ...before, ...forgiven });
  });

  test('a crash of the imaging process is told, and the work goes on', async () => {
    const crashed = window.next('process.crashed');
    test1.kill('imaging');
    expect(await crashed).toEqual({
      process: 'imaging',
      message:
        'The image process ended unexpectedly (signal SIGKILL) and was started again. All saved work is safe.',
    });
    const image = project.images[0]!.id;
    expect(await window.ask('foreground.read', { project: project.id, image })).toMatchObject({
      painted: true,
    });
  });

  test('a file dropped on a page is copied into the project', async () => {
    const bytes = new Uint8Array(await readFile(join(test1.folder, 'images', 'field-1.ome.tif')));
    const path = await uploadFile(
      { request: (name, params) => window.ask(name, params) },
      new File([bytes], 'dropped.ome.tif'),
    );
    const { added, known } = await window.ask('images.add', {
      project: project.id,
      paths: [path],
      options: {},
    });
    expect({ added, known }).toMatchObject({ added: [], known: [{ name: 'dropped' }] });
    await expect(readFile(join(project.folder, 'images', 'dropped.ome.tif'))).resolves.toHaveLength(
      bytes.length,
    );
  });

  test('a model that cannot be read is listed with why, and the others are there', async () => {
    const models = new ModelStore(join(project.folder, 'models'));
    await models.save('tiny-1', storedModel('whole', 1));
    await models.save('tiny-2', storedModel('spoilt', 2));
    const card = join(models.path('tiny-2'), 'card.json');
    await writeFile(card, (await readFile(card, 'utf8')).replace('"version": 1', '"version": 2'));
    const failure = {
      code: 'model-invalid',
      subject: card,
      remedy: 'Update LACSS Studio to use this model. Nothing in it was changed.',
    };
    const list = await window.ask('models.list', { project: project.id });
    expect(list.models.map(({ id }) => id)).toEqual(['tiny-1']);
    expect(list.damaged).toMatchObject([{ id: 'tiny-2', name: 'spoilt', failure }]);
    const read = (model: string) => window.ask('models.read', { project: project.id, model });
    expect(await read('tiny-1')).toMatchObject({ name: 'whole' });
    await expect(read('tiny-2')).rejects.toMatchObject(failure);
  });

  test('another program is kept out; the host itself opens it again', async () => {
    const again = await window.ask('project.open', { folder: project.folder });
    expect(again.id).toBe(project.id);
    const second = await openTestHost({ projectFolder: project.folder });
    await expect(second.window().ask('project.initial', {})).rejects.toMatchObject({
      code: 'project-in-use',
    });
    await second.close();
  });
});
