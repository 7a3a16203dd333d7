import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JobControl } from '../../../src-main/contract/job.ts';
import { shippedModel } from '../../../src-main/contract/shipped-model.ts';
import { shippedModelPath } from '../../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../../src-main/project/model-store.ts';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { evaluateImages } from '../../../src-main/tasks/results/evaluate-images.ts';
import { removeImages } from '../../../src-main/tasks/images/change-images.ts';
import { finishTraining } from '../../../src-main/tasks/training/finish-training.ts';
import { segmentProject } from '../../../src-main/tasks/segmenting/segment-project.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import { readTrainingLog } from '../../../src-main/tasks/training/training-log.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { annotatedProject, quickTraining } from '../quick-training.ts';
import { control, smallProject } from '../small-project.ts';

async function weightsOf(project: Project, model: string): Promise<Uint8Array> {
  return (await new ModelStore(project.path('models')).load(model)).bytes;
}

/** Stops after this many steps, as Ctrl-C would. */
function stopAfter(steps: number): { control: JobControl; onStep: () => void } {
  const stop = new AbortController();
  let done = 0;
  return {
    control: { signal: stop.signal, onProgress: () => undefined },
    onStep: () => {
      done += 1;
      if (done === steps) stop.abort();
    },
  };
}

test('a training makes a model with its card; images are segmented with it and judged', async () => {
  const folder = temporaryFolder();
  const project = await annotatedProject(folder, 2);
  const previews = new Map<number, number>();
  const trained = await trainOnProject(
    project,
    { ...quickTraining, name: 'First', preview: 'field-1' },
    control,
    {
      onEpoch: ({ epoch }, preview) => void previews.set(epoch, preview?.scores.length ?? -1),
    },
  );
  expect(trained).toMatchObject({ model: 'first', name: 'First', steps: 6, images: 2, leftOut: [] });
  // The first step is shown as epoch 0.
  expect([...previews.keys()]).toEqual([0, 1, 2]);
  expect(Math.min(...previews.values())).toBeGreaterThanOrEqual(0);
  expect(readdirSync(project.path('models', 'first')).some((name) => name.endsWith('.checkpoint'))).toBe(
    false,
  );
  const { card } = await new ModelStore(project.path('models')).load('first');
  expect(card).toMatchObject({
    preset: 'tiny',
    inputChannels: [{ name: 'Membrane', role: 'cells' }],
    training: { steps: 6, startedFrom: null, images: [{ name: 'field-1', supervision: 'full' }, {}] },
  });
  expect(card.training?.epochs.length).toBe(2);

  const segmented = await segmentProject(
    project,
    { model: 'First', engine: 'onnx', settings: { minScore: 0 } },
    control,
  );
  expect(segmented).toMatchObject({ model: 'first', skipped: [], failures: [] });
  expect(segmented.done.map(({ name }) => name)).toEqual(['field-1', 'field-2']);
  const again = await segmentProject(
    project,
    { model: 'first', engine: 'onnx', settings: { minScore: 0 } },
    control,
  );
  expect(again).toMatchObject({ done: [], skipped: ['field-1', 'field-2'] });
  const { pooled, images } = await evaluateImages(project, { model: 'first' }, control);
  expect(images.length).toBe(2);
  expect(pooled.precision.truthCount).toBeGreaterThan(10);
  expect(pooled.precision.predictionCount).toBe(segmented.done.reduce((sum, { cells }) => sum + cells, 0));

  // Another training can start from it, but not from one of another kind.
  const still = { ...quickTraining.settings, learningRate: 1e-12 };
  const next = await trainOnProject(
    project,
    { ...quickTraining, startFrom: 'First', until: { kind: 'steps', steps: 1 }, settings: still },
    control,
  );
  const before = new Float32Array((await weightsOf(project, 'first')).slice().buffer);
  const after = new Float32Array((await weightsOf(project, next.model)).slice().buffer);
  expect(Math.max(...before.map((weight, i) => Math.abs(weight - after[i]!)))).toBeLessThan(1e-6);
  // Also without a window, the curves are saved.
  const { steps: curve } = await readTrainingLog(project.models.path(next.model));
  expect(curve.map(({ step }) => step)).toEqual([1]);
  await expect(
    trainOnProject(project, { ...quickTraining, startFrom: 'First', channels: ['cells', 'nuclei'] }, control),
  ).rejects.toMatchObject({ code: 'setting-invalid' });
  await project.close();
});

test('a training as published keeps its method in the card, and what continues it inherits it', async () => {
  const project = await annotatedProject(temporaryFolder(), 1);
  const variant = { method: 'published', patchPx: 96 } as const;
  const first = await trainOnProject(project, { ...quickTraining, variant, name: 'First' }, control);
  expect(first.calibration).toBeNull();
  const models = new ModelStore(project.path('models'));
  const { card } = await models.load('first');
  expect(card.variant).toEqual(variant);
  expect(card.training?.settings).toMatchObject({
    learningRate: 1e-3,
    weightDecay: 0,
    finalLearningRateShare: 1,
    partitionAfter: 1,
    lossWeights: { detection: 1, location: 1, instance: 1, size: 0, edge: 1 },
  });
  const { done } = await segmentProject(project, { model: 'first', engine: 'onnx' }, control);
  expect(done.length).toBe(1);
  await expect(
    trainOnProject(project, { ...quickTraining, variant: { patchPx: 128 }, startFrom: 'First' }, control),
  ).rejects.toMatchObject({ code: 'setting-invalid', subject: 'First' });
  const next = await trainOnProject(project, { ...quickTraining, startFrom: 'First' }, control);
  expect((await models.load(next.model)).card.variant).toEqual(variant);
  await project.close();
});

test('a training starts from the model that comes with the program, one of another preset does not', async () => {
  const project = await annotatedProject(temporaryFolder(), 1);
  const start = { ...quickTraining, startFrom: shippedModel.id, until: { kind: 'steps', steps: 1 } as const };
  const settings = { ...quickTraining.settings, learningRate: 1e-12 };
  const { model } = await trainOnProject(project, { ...start, preset: 'small', settings }, control);
  const shipped = new Float32Array((await loadModelFrom(shippedModelPath)).bytes.slice().buffer);
  const after = new Float32Array((await weightsOf(project, model)).slice().buffer);
  const changes = shipped.map((weight, i) => Math.abs(weight - after[i]!));
  expect(changes.reduce((most, change) => Math.max(most, change), 0)).toBeLessThan(1e-6);
  await expect(trainOnProject(project, start, control)).rejects.toMatchObject({
    code: 'setting-invalid',
    remedy: 'Choose --preset small and the same channels.',
  });
  // The message says what is wrong with a damaged model of the project.
  mkdirSync(project.path('models', 'torn'));
  writeFileSync(project.path('models', 'torn', 'card.json'), '{"content":');
  await expect(
    trainOnProject(project, { ...quickTraining, startFrom: 'torn' }, control),
  ).rejects.toMatchObject({
    code: 'model-invalid',
  });
  await project.close();
});

test('a stopped training keeps its checkpoint, says how to go on, and then gives the same weights', async () => {
  const folder = temporaryFolder();
  const project = await annotatedProject(folder, 2);
  const whole = await trainOnProject(project, { ...quickTraining, name: 'whole' }, control);
  const { control: stopping, onStep } = stopAfter(4);
  await expect(
    trainOnProject(project, { ...quickTraining, name: 'parts' }, stopping, { onStep }),
  ).rejects.toMatchObject({
    code: 'cancelled',
    command: 'lacss train --resume parts',
  });
  expect(existsSync(project.path('models', 'parts', 'last.checkpoint'))).toBe(true);
  expect((await new ModelStore(project.path('models')).list()).map(({ id }) => id)).toEqual(['whole']);
  const resumed = await trainOnProject(project, { ...quickTraining, resume: 'newest' }, control);
  expect(resumed).toMatchObject({ model: 'parts', steps: 6 });
  expect(await weightsOf(project, 'parts')).toEqual(await weightsOf(project, whole.model));

  const third = stopAfter(2);
  await trainOnProject(project, { ...quickTraining, name: 'short' }, third.control, third).catch(
    () => undefined,
  );
  expect(await finishTraining(project, { model: 'short', engine: 'onnx' }, control)).toEqual({
    model: 'short',
  });
  expect((await new ModelStore(project.path('models')).load('short')).card.training?.steps).toBe(2);
  await project.close();
});

test('a training resumes and finishes without an image that was removed from the project', async () => {
  const project = await annotatedProject(temporaryFolder(), 2);
  const preview = 'field-2';
  const { control: stopping, onStep } = stopAfter(2);
  const begun = trainOnProject(project, { ...quickTraining, name: 'parts', preview }, stopping, { onStep });
  await expect(begun).rejects.toMatchObject({ code: 'cancelled' });
  await removeImages(project, ['field-2']);
  const again = stopAfter(1);
  const resume = { ...quickTraining, resume: 'parts', preview };
  await expect(trainOnProject(project, resume, again.control, again)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(await trainOnProject(project, resume, control)).toMatchObject({
    model: 'parts',
    images: 1,
    leftOut: [{ image: 'field-2', reason: 'It was removed from the project' }],
  });
  await project.close();
});

test('a training resumes without an image whose annotation was taken back', async () => {
  const project = await annotatedProject(temporaryFolder(), 2);
  const { control: stopping, onStep } = stopAfter(2);
  const unlabelled = { ...quickTraining, name: 'parts' };
  await expect(trainOnProject(project, unlabelled, stopping, { onStep })).rejects.toMatchObject({
    code: 'cancelled',
  });
  const second = project.annotation(project.manifest.images[1]!);
  while ((await second.view()).undoTitle !== null) await second.undo();
  const resumed = await trainOnProject(project, { ...quickTraining, resume: 'parts' }, control);
  expect(resumed).toMatchObject({
    images: 1,
    leftOut: [{ image: 'field-2', reason: 'it has no foreground' }],
  });
  await project.close();
});

test('without annotation there is nothing to train on, and the reason is told', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  await expect(trainOnProject(project, quickTraining, control)).rejects.toMatchObject({
    code: 'annotation-missing',
    message: 'There is nothing to train on: field-1: it has no foreground.',
  });
  expect(existsSync(project.path('models'))).toBe(false);
  await project.close();
});
