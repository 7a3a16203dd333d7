import { cpSync, existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { JobControl } from '../../../src-main/contract/job.ts';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import type { StoredModel } from '../../../src-main/project/model-file.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { openReview, takeOverPrediction } from '../../../src-main/tasks/review/open-review.ts';
import { setAllChecked } from '../../../src-main/tasks/review/edit-review.ts';
import { segmentProject } from '../../../src-main/tasks/segmenting/segment-project.ts';
import { planView } from '../../../src-main/tasks/training/plan-view.ts';
import { instanceLabels } from '../../../src-main/imaging/label/instance-labels.ts';
import { readCorrections } from '../../../src-main/tasks/training/read-corrections.ts';
import { discardLesson } from '../../../src-main/tasks/training/discard-lesson.ts';
import { finishTraining } from '../../../src-main/tasks/training/finish-training.ts';
import { teachModel } from '../../../src-main/tasks/training/teach-model.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { judgeCells } from '../judge-cells.ts';
import { keepRowOfCells } from '../keep-row-of-cells.ts';
import { annotatedProject, quickTraining } from '../quick-training.ts';
import { control, smallProject } from '../small-project.ts';

const steps = { kind: 'steps', steps: 4 } as const;

/** Two fields, a model of the first, and its cells in both. */
async function taughtProject(): Promise<Project> {
  const project = await annotatedProject(temporaryFolder(), 2);
  await trainOnProject(project, { ...quickTraining, name: 'First', images: ['field-1'] }, control);
  await segmentProject(project, { model: 'first', engine: 'onnx', settings: { minScore: 0 } }, control);
  await project.update((manifest) => ({
    ...manifest,
    settings: { ...manifest.settings, review: { minScore: 0 } },
  }));
  return project;
}

async function cellIds(project: Project, image: string): Promise<number[]> {
  const review = await openReview(project, project.image(image).id);
  return review!.document.cells.map(({ id }) => id).filter((id) => review!.shapes.mask(id) !== null);
}

test('a review becomes known outlines and rejected places, and is taught', async () => {
  const project = await taughtProject();
  const ids = await cellIds(project, 'field-2');
  expect(ids.length).toBeGreaterThan(4);
  await expect(teachModel(project, { until: steps, seed: 1, engine: 'onnx' }, control)).rejects.toMatchObject(
    {
      code: 'annotation-missing',
    },
  );

  await judgeCells(project, 'field-2', ids.slice(0, 3), 'accepted');
  await judgeCells(project, 'field-2', ids.slice(3, 5), 'rejected');
  const image = project.image('field-2');
  const corrections = await readCorrections(project, image);
  expect(corrections!.counts).toEqual({ accepted: 3, edited: 0, added: 0, rejected: 2 });
  expect([...instanceLabels(corrections!.reviewed.labels)]).toEqual(ids.slice(0, 3));
  expect([...instanceLabels(corrections!.reviewed.rejected)]).toEqual(ids.slice(3, 5));
  expect(await planView(project, undefined)).toMatchObject({ reviewed: 3, rejected: 2 });

  const result = await teachModel(project, { until: steps, seed: 1, engine: 'onnx' }, control);
  expect(result).toMatchObject({ model: 'tiny-taught-1', steps: 4, startedFrom: 'first', warnings: [] });
  const models = new ModelStore(project.path('models'));
  const parent = await models.load('first');
  const { card } = await models.load(result.model);
  expect(card.preprocessing.cellSize).toEqual(parent.card.preprocessing.cellSize);
  expect(card.training!.teaching).toMatchObject({
    parent: { id: 'first', name: 'First', weightsSha256: parent.card.weights.sha256 },
    // Its only training image is there.
    rehearsal: { images: 1, generated: 0, agreement: false, share: 0.5 },
    corrected: [{ name: 'field-2', accepted: 3, rejected: 2 }],
    validation: null,
  });
  // Everything that it learnt is repeated, so all its weights learn.
  expect(card.training!.teaching!.fixed).toBeUndefined();
  expect(changedWeights(parent, await models.load(result.model))).toContain('backbone/stem/weights');
  expect(card.training!.images.map(({ name, supervision }) => [name, supervision])).toEqual([
    ['field-2', 'reviewed'],
    ['field-1', 'full'],
  ]);
  const { keptApart } = card.training!.teaching!;
  const apart = card.training!.teaching!.corrected[0]!.keptApart;
  expect(apart > 0).toBe(keptApart !== null);

  // The corrected image has new cells with the same judgements. Discard removes model and cells.
  const store = project.prediction(result.model, image);
  expect(await store.record()).not.toBeNull();
  const review = await takeOverPrediction(project, image.id);
  expect(review!.document.prediction!.model).toBe(result.model);
  expect((await readCorrections(project, image))!.counts).toMatchObject({ accepted: 3, rejected: 2 });
  await discardLesson(project, result.model);
  expect(await store.record()).toBeNull();
  expect(existsSync(project.path('models', result.model))).toBe(false);
  expect((await openReview(project, image.id))!.document.prediction!.model).toBe('first');
  expect((await readCorrections(project, image))!.counts).toMatchObject({ accepted: 3, rejected: 2 });
  await expect(discardLesson(project, 'first')).rejects.toMatchObject({ code: 'model-invalid' });
  await project.close();
});

test('edits during a lesson stay, and undo and redo go behind a discarded lesson', async () => {
  const project = await taughtProject();
  const ids = await cellIds(project, 'field-2');
  await judgeCells(project, 'field-2', ids.slice(0, 3), 'accepted');
  const image = project.image('field-2');
  const statesOf = async (states: readonly string[]): Promise<number[]> =>
    (await openReview(project, image.id))!.document.cells
      .filter(({ state }) => states.includes(state))
      .map(({ id }) => id);

  let edits = 0;
  const onEpoch = async (): Promise<void> => {
    if (edits++ === 0) await judgeCells(project, 'field-2', ids.slice(3, 5), 'rejected');
  };
  const lesson = { until: steps, seed: 1, engine: 'onnx' } as const;
  const { model, teaching } = await teachModel(project, lesson, control, { onEpoch });
  expect(edits).toBeGreaterThan(0);
  // The lesson learnt what was there when it began.
  expect(teaching!.corrected).toMatchObject([{ accepted: 3, rejected: 0 }]);
  const { document } = (await takeOverPrediction(project, image.id))!;
  expect(document.prediction!.model).toBe(model);
  expect(await statesOf(['accepted'])).toEqual(ids.slice(0, 3));
  expect(await statesOf(['rejected'])).toEqual(expect.arrayContaining(ids.slice(3, 5)));

  // A cell that only the taught model has found.
  const scores = new Array<number>(8).fill(0.9);
  await keepRowOfCells(project, 'field-2', { model, at: new Date().toISOString(), scores });
  await takeOverPrediction(project, image.id);
  const fresh = (await statesOf(['found'])).at(-1)!;
  await judgeCells(project, 'field-2', [fresh], 'accepted');
  const kept = [...ids.slice(0, 3), fresh];
  await discardLesson(project, model);
  expect(await statesOf(['accepted'])).toEqual(kept);
  const annotation = project.annotation(image);
  expect((await annotation.view()).undoTitle).toBe(`Discard ${model}`);
  await annotation.undo();
  // The pixels of the last one went with the discarded cells.
  expect(await statesOf(['accepted'])).toEqual(ids.slice(0, 3));
  expect(project.notices.join()).toContain('Your review of 1 of them is kept in the history, but not shown.');
  await annotation.redo();
  expect(await statesOf(['accepted'])).toEqual(kept);
  while ((await annotation.undo()).undoTitle !== 'Accept 3 cells');
  expect(await statesOf(['accepted'])).toEqual(ids.slice(0, 3));
  expect(await statesOf(['rejected'])).toEqual([]);
  while ((await annotation.redo()).redoTitle !== null);
  expect(await statesOf(['accepted'])).toEqual(kept);
  await project.close();
});

test('an interrupted lesson goes on as one, and ends with the same weights', async () => {
  const project = await taughtProject();
  const ids = await cellIds(project, 'field-2');
  await judgeCells(project, 'field-2', ids.slice(0, 4), 'accepted');
  // A lesson segments its images again, so the other lesson needs its own project.
  const copied = temporaryFolder();
  cpSync(project.folder, copied, { recursive: true, filter: (path) => !path.endsWith('project.lock') });
  const copy = await openProject(copied, { purpose: 'test', access: 'write' });
  const whole = await teachModel(copy, { until: steps, seed: 2, engine: 'onnx', name: 'whole' }, control);

  const stop = new AbortController();
  const stopping: JobControl = { signal: stop.signal, onProgress: () => undefined };
  let done = 0;
  const onStep = (): void => {
    if (++done === 2) stop.abort();
  };
  await expect(
    teachModel(project, { until: steps, seed: 2, engine: 'onnx', name: 'parts' }, stopping, { onStep }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  // A lesson that stops here leaves a taught model without an evaluation.
  const stopped = temporaryFolder();
  cpSync(project.folder, stopped, { recursive: true, filter: (path) => !path.endsWith('project.lock') });
  const halfway = await openProject(stopped, { purpose: 'test', access: 'write' });
  await finishTraining(halfway, { model: 'parts', engine: 'onnx' }, control);
  const { card } = await new ModelStore(halfway.path('models')).load('parts');
  expect(card.training!.teaching).toEqual({ ...whole.teaching, validation: null, keptApart: null });
  await discardLesson(halfway, 'parts');
  await halfway.close();

  const resumed = await trainOnProject(project, { ...quickTraining, resume: 'parts' }, control);
  expect(resumed.steps).toBe(4);
  expect(resumed.teaching).toEqual(whole.teaching);
  const [a, b] = await Promise.all([
    new ModelStore(copy.path('models')).load('whole'),
    new ModelStore(project.path('models')).load('parts'),
  ]);
  await copy.close();
  expect(b.card.weights.sha256).toBe(a.card.weights.sha256);
  await project.close();
});

test('an image with all cells checked is fully supervised in a training from scratch, without points', async () => {
  const project = await taughtProject();
  const image = project.image('field-2');
  const { document } = (await openReview(project, image.id))!;
  await setAllChecked(project, image.id, document, true);
  const corrections = await readCorrections(project, image);
  expect(corrections!.reviewed.allChecked).toBe(true);
  expect(instanceLabels(corrections!.reviewed.labels)).toHaveLength(
    (await cellIds(project, 'field-2')).length,
  );
  await project.annotation(image).edit('Remove the points', { locations: null, labels: null });
  expect(await planView(project, [image.id])).toMatchObject({
    training: [image.id],
    reviewed: (await cellIds(project, 'field-2')).length,
    rejected: 0,
  });
  const from = { ...quickTraining, name: 'Second', images: ['field-2'] };
  const { model } = await trainOnProject(project, from, control);
  const { card } = await new ModelStore(project.path('models')).load(model);
  expect(card.training!.images.map(({ name, supervision }) => [name, supervision])).toEqual([
    ['field-2', 'full'],
  ]);
  await project.close();
});

/** The names of the weights that differ between two models. */
function changedWeights(before: StoredModel, after: StoredModel): string[] {
  let at = 0;
  return before.manifest
    .flatMap(({ weights }) => weights)
    .flatMap(({ name, shape }) => {
      const from = at;
      at += 4 * shape.reduce((product, length) => product * length, 1);
      return Buffer.compare(before.bytes.subarray(from, at), after.bytes.subarray(from, at)) === 0
        ? []
        : [name];
    });
}

test('earlier images that have no annotation here cannot be repeated: generated cells take their place', async () => {
  const first = await taughtProject();
  // The same files, in a project that only has one of their models.
  const project = await smallProject(temporaryFolder(), 2);
  const models = new ModelStore(project.path('models'));
  const model = await models.importFile(first.path('models', 'first'));
  await first.close();
  const stored = await models.load(model);
  const preprocessing = { ...stored.card.preprocessing, anySize: true };
  await models.save(model, { ...stored, card: { ...stored.card, preprocessing } });
  await segmentProject(project, { model, engine: 'onnx', settings: { minScore: 0 } }, control);
  await judgeCells(project, 'field-2', (await cellIds(project, 'field-2')).slice(0, 3), 'accepted');
  const { model: taught } = await teachModel(project, { until: steps, seed: 1, engine: 'onnx' }, control);
  const { card } = await models.load(taught);
  expect(card.training!.teaching!.rehearsal).toMatchObject({ images: 0, generated: 4, agreement: true });
  // A model that finds cells of any size still does.
  expect(card.preprocessing).toEqual(preprocessing);
  // It cannot repeat what it learnt, so its features stay.
  expect(card.training!.teaching!.fixed).toEqual(['backbone/']);
  const changed = changedWeights(stored, await models.load(taught));
  expect(changed.filter((name) => name.startsWith('backbone/'))).toEqual([]);
  expect(changed).toContain('lpn/score/weights');
  await project.close();
});
