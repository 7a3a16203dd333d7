import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import type { TrainingStatus } from '../../src-main/contract/requests/training-requests.ts';
import { diskRadiusPx, disks, imageSize, writeTwoChannelImages } from '../fixtures/two-channel-images.ts';
import { openTestHost } from '../fixtures/test-host.ts';
import type { TestHost, TestWindow } from '../fixtures/test-host.ts';

/**
 * Training with the real learning process: it survives the end of its process and of its host, and a person
 * who stops and resumes it.
 */
let first: TestHost;
let window: TestWindow;
let project: ProjectView;

const trueLabels = {
  ...imageSize,
  data: Int32Array.from({ length: imageSize.height * imageSize.width }, (_, i) => {
    const [y, x] = [Math.floor(i / imageSize.width) + 0.5, (i % imageSize.width) + 0.5];
    return 1 + disks.findIndex((disk) => Math.hypot(y - disk.y, x - disk.x) < diskRadiusPx);
  }),
};

const inPhase =
  (...phases: TrainingStatus['phase'][]) =>
  ({ phase }: TrainingStatus): boolean =>
    phases.includes(phase);

beforeAll(async () => {
  first = await openTestHost();
  window = first.window();
  await writeTwoChannelImages(join(first.folder, 'images'), 2);
  await writeFile(join(first.folder, 'truth.tif'), labelTiff(trueLabels));
  project = await window.ask('project.create', { parent: first.folder, name: 'plate' });
  const params = { project: project.id, paths: [join(first.folder, 'images')], options: {} };
  const { added } = await window.ask('images.add', params);
  for (const image of added) {
    await window.ask('images.attachLabels', {
      project: project.id,
      edit: randomUUID(),
      image,
      path: join(first.folder, 'truth.tif'),
    });
  }
});
afterAll(() => first.close());

test('the outlines of a label image can be shown, one ring a cell', async () => {
  const { id, images } = await window.ask('project.read', { project: project.id });
  const labels = await window.ask('labels.read', { project: id, image: images[0]!.id });
  expect(labels!.image).toBe(images[0]!.id);
  expect(new Set(labels!.contours.ringLabels).size).toBe(labels!.contours.ringLabels.length);
  expect(labels!.contours.ringLabels.length).toBeGreaterThan(1);
});

test('a training goes on after its process was killed, pauses, outlives its host, stops with a model', async () => {
  const untilStep = (wanted: number): Promise<unknown> =>
    window.next('training.steps', ({ steps }) => steps.at(-1)!.step >= wanted);
  const started = untilStep(2);
  const state = await window.ask('training.start', {
    project: project.id,
    name: 'Disks',
    preset: 'tiny',
    startFrom: null,
    until: { kind: 'epochs', epochs: 2 },
    seed: 1,
    engine: 'auto',
  });
  expect(state).toMatchObject({ phase: 'preparing', totalSteps: 300, totalEpochs: 2 });
  await expect(
    window.ask('training.start', { ...state.request!, project: project.id }),
  ).rejects.toMatchObject({
    code: 'setting-invalid',
    message: 'A training is already running in this project.',
  });
  await started;
  const { images: shown } = await window.ask('project.read', { project: project.id });
  const at = { project: project.id, image: shown[0]!.id, at: { y: 20, x: 20 } };
  expect(await window.ask('review.prompt', at)).toEqual({ kind: 'busy', work: 'training' });

  const crashed = window.next('process.crashed');
  const goingOn = window.next('training.state', inPhase('preparing'));
  const again = window.next('training.state', inPhase('running'));
  first.kill('learning');
  expect((await crashed).message).toMatch(/^The learning process ended unexpectedly/);
  // The incident is reported once, among the incidents.
  expect((await goingOn).message).toBe('Continuing from the checkpoint.');
  expect((await again).incidents).toEqual([
    'The learning process ended unexpectedly (signal SIGKILL). The training continues from its checkpoint.',
  ]);

  const paused = window.next('training.state', inPhase('paused'));
  await window.ask('training.pause', { project: project.id });
  const { step, model } = await paused;
  expect(step).toBeGreaterThan(0);
  const { steps, terms } = await window.ask('training.curves', { project: project.id });
  expect(steps.at(-1)).toBe(step);
  expect(Object.keys(terms)).toEqual(['detection', 'location', 'instance', 'size', 'edge', 'total']);
  await first.host.close();

  const second = await openTestHost({ projectFolder: project.folder });
  try {
    const later = second.window();
    const opened = (await later.ask('project.initial', {}))!;
    const found = await later.ask('training.state', { project: project.id });
    expect(found).toMatchObject({ phase: 'paused', step, model, request: { name: 'Disks', preset: 'tiny' } });
    expect((await later.ask('training.curves', { project: project.id })).steps).toEqual(steps);

    // This account has not yet allowed the folder of the images.
    const refused = later.next('training.state', inPhase('failed'));
    await later.ask('training.resume', { project: project.id });
    expect((await refused).failure).toMatchObject({ code: 'path-not-granted' });
    await later.ask('project.allowSources', { project: project.id, folders: opened.sourcesToAllow });
    const goesOn = later.next('training.steps');
    await later.ask('training.resume', { project: project.id });
    expect((await goesOn).steps[0]!.step).toBe(step + 1);
    const stopped = later.next('training.state', inPhase('stopped'));
    await later.ask('training.stop', { project: project.id });
    expect((await stopped).message).toBe('Stopped. The model so far is in the list.');
    const { models } = await later.ask('models.list', { project: project.id });
    expect(models).toMatchObject([
      { id: model, name: 'Disks', preset: 'tiny', trainedOn: { images: 2, labelled: 2 } },
    ]);

    const renamed = await later.ask('models.rename', {
      project: project.id,
      model: model!,
      name: 'Round ones',
    });
    expect(renamed.models[0]!.name).toBe('Round ones');
    for (const name of ['Round ones.lacss', 'Round ones-2.lacss']) {
      const file = await later.ask('models.export', {
        project: project.id,
        model: model!,
        path: second.folder,
      });
      expect(file.path).toBe(join(second.folder, name));
    }
    const path = join(second.folder, 'Round ones.lacss');
    const imported = await later.ask('models.import', { project: project.id, path });
    expect(imported).toMatchObject({ id: 'round-ones', name: 'Round ones', preset: 'tiny' });
    const left = await later.ask('models.delete', { project: project.id, model: imported.id });
    expect(left.models.map(({ id }) => id)).toEqual([model]);

    const finished = later.next('segment.queue', ({ phase }) => phase === 'finished');
    const images = (await later.ask('project.read', { project: project.id })).images.map(({ id }) => id);
    const what = { kind: 'images', images } as const;
    await later.ask('segment.start', { project: project.id, model: model!, what, skipDone: true });
    const queue = await finished;
    expect(queue).toMatchObject({ done: 2, failed: 0, items: [{ status: 'done' }, { status: 'done' }] });
    const review = await later.ask('review.read', { project: project.id, image: images[0]! });
    expect(review).toMatchObject({ prediction: { model }, image: images[0] });

    const once = later.next('segment.queue', ({ phase }) => phase === 'finished');
    await later.ask('segment.start', { project: project.id, model: model!, what, skipDone: true });
    expect((await once).items.map(({ status }) => status)).toEqual(['skipped', 'skipped']);

    const told = later.next('segment.queue', ({ phase }) => phase === 'finished');
    const request = { project: project.id, model: model!, what, skipDone: true };
    await later.ask('segment.start', { ...request, diameterPx: 25 });
    // Another size gives another result, so nothing is skipped.
    expect((await told).items.map(({ status }) => status)).toEqual(['done', 'done']);
    const anew = await later.ask('review.read', { project: project.id, image: images[0]! });
    expect(anew!.madeBy).toMatchObject({ diameterPx: 25, computedBy: { engine: 'onnx', networks: 1 } });

    // A lesson is a separate kind of training: it learns from a person's corrections, and can be discarded.
    await later.ask('review.setAllChecked', {
      project: project.id,
      edit: randomUUID(),
      image: images[0]!,
      prediction: anew!.prediction,
      revision: anew!.revision,
      allChecked: true,
    });
    const taught = later.next('training.state', inPhase('finished', 'failed'));
    const asked = { project: project.id, minutes: 0.1, seed: 1, engine: 'auto' } as const;
    const began = await later.ask('training.teach', asked);
    expect(began).toMatchObject({ phase: 'preparing', request: { teaching: {}, startFrom: null } });
    const { model: pupil, phase } = await taught;
    expect(phase).toBe('finished');
    const lesson = await later.ask('training.lesson', { project: project.id, model: pupil! });
    const preview = await later.ask('training.preview', { project: project.id, epoch: 0 });
    expect(preview).toMatchObject({ image: images[0], epoch: 0 });
    expect(lesson).toMatchObject({ parent: { id: model }, corrected: [{}], rehearsal: { images: 1 } });
    await later.ask('training.discardLesson', { project: project.id, model: pupil! });
    const after = await later.ask('models.list', { project: project.id });
    expect(after.models.map(({ id }) => id)).toEqual([model]);
  } finally {
    await second.close();
  }
});
