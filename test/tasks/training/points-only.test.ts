import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import { makeForegrounds } from '../../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../../src-main/tasks/locations/locate-cells.ts';
import { finishTraining } from '../../../src-main/tasks/training/finish-training.ts';
import { planTraining } from '../../../src-main/tasks/training/plan-training.ts';
import { trainingWarnings } from '../../../src-main/tasks/training/training-warnings.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { quickTraining } from '../quick-training.ts';
import { control, smallProject } from '../small-project.ts';

/** Fields with one point per cell, and nothing else. */
async function pointedProject(fields: number) {
  const folder = temporaryFolder();
  const project = await smallProject(folder, fields);
  const choice = { kind: 'labels', folder: join(folder, 'truth') } as const;
  await locateCells(project, { choice }, control);
  return { project, truth: join(folder, 'truth') };
}

const points = { ...quickTraining, foreground: 'none' } as const;

test('points are enough to train, and the card says so', async () => {
  const { project, truth } = await pointedProject(2);
  await expect(trainOnProject(project, quickTraining, control)).rejects.toMatchObject({
    code: 'annotation-missing',
    message: expect.stringContaining('it has no foreground') as string,
  });
  const trained = await trainOnProject(project, { ...points, name: 'Points' }, control);
  expect(trained).toMatchObject({ images: 2, steps: 6, leftOut: [], validation: null });
  // The cells of a colony touch. So the distance of their points is their size, 15 to 40 px here.
  expect(trained.cellDiameterPx).toBeGreaterThan(15);
  expect(trained.cellDiameterPx).toBeLessThan(40);
  const models = new ModelStore(project.path('models'));
  const { card } = await models.load('points');
  expect(card.variant).toEqual({ foreground: 'none' });
  expect(card.training?.images.map(({ supervision }) => supervision)).toEqual(['points', 'points']);
  expect(card.training?.epochs[0]?.terms.foreground).toBeGreaterThan(0);

  // Either kind of training starts from a model of the other kind.
  const again = await trainOnProject(project, { ...points, startFrom: 'points', name: 'Again' }, control);
  expect(again.startedFrom).toBe('points');
  const choice = { kind: 'labels', folder: truth } as const;
  await makeForegrounds(project, { choice }, control);
  await trainOnProject(project, { ...quickTraining, startFrom: 'points', name: 'Picked' }, control);
  const picked = await models.load('picked');
  expect(picked.card.variant).toBeUndefined();
  expect(picked.card.training?.images[0]?.supervision).toBe('weak');
  await trainOnProject(project, { ...points, startFrom: 'picked', name: 'Back' }, control);
  await project.close();
}, 120_000);

test('a stopped training with points only goes on, and can be ended', async () => {
  const { project } = await pointedProject(1);
  const stop = new AbortController();
  const stopped = trainOnProject(
    project,
    { ...points, name: 'Half' },
    { ...control, signal: stop.signal },
    { onStep: ({ step }) => void (step === 2 && stop.abort()) },
  );
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(await finishTraining(project, { model: 'half', engine: 'onnx' }, control)).toEqual({
    model: 'half',
  });
  const { card } = await new ModelStore(project.path('models')).load('half');
  expect(card.training?.images).toMatchObject([{ supervision: 'points' }]);
  await project.close();
}, 120_000);

test('the setting of the project decides where nothing is said, and points judge no model', async () => {
  const { project } = await pointedProject(2);
  const [first, second] = project.manifest.images;
  expect((await planTraining(project, {})).training).toEqual([]);
  await project.update((manifest) => ({
    ...manifest,
    settings: { ...manifest.settings, training: { foreground: 'none' } },
    images: manifest.images.map((image) => ({ ...image, validation: image.id === second!.id })),
  }));
  const plan = await planTraining(project, {});
  expect(plan.training.map(({ id }) => id)).toEqual([first!.id]);
  expect(plan.validation).toEqual([]);
  expect(plan.leftOut.map(({ reason }) => reason)).toEqual([
    'without a foreground only outlines can judge a model',
  ]);
  expect((await planTraining(project, { foreground: 'picked' })).training).toEqual([]);
  expect(await trainingWarnings(project, plan.training, 'none')).toEqual([]);
  await project.close();
});
