import { expect, test } from 'vitest';
import { leastScore } from '../../../src-main/contract/is-below-score.ts';
import { shippedModel } from '../../../src-main/contract/shipped-model.ts';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import { keptPrediction } from '../../../src-main/project/kept-prediction.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { makeForegrounds } from '../../../src-main/tasks/foreground/make-foregrounds.ts';
import { detachLabels } from '../../../src-main/tasks/images/attach-labels.ts';
import { evaluateProject } from '../../../src-main/tasks/results/judge-project.ts';
import { evaluateImages } from '../../../src-main/tasks/results/evaluate-images.ts';
import { exportCells } from '../../../src-main/tasks/results/export-cells.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import { segmentProject } from '../../../src-main/tasks/segmenting/segment-project.ts';
import { stripToLeaveOut } from '../../../src-main/tasks/training/calibrate-model.ts';
import { finishTraining } from '../../../src-main/tasks/training/finish-training.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import type { TrainParams } from '../../../src-main/tasks/training/begin-training.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { annotatedProject, quickTraining } from '../quick-training.ts';
import { control } from '../small-project.ts';

/** The pretrained model as it is: it finds the cells of generated fields. */
const still: TrainParams = {
  ...quickTraining,
  preset: 'small',
  startFrom: shippedModel.id,
  until: { kind: 'steps', steps: 1 },
  settings: { ...quickTraining.settings, learningRate: 1e-12 },
};
const validation = ['field-2', 'field-3', 'field-4'];

async function cardOf(project: Project, model: string) {
  return (await new ModelStore(project.path('models')).load(model)).card;
}

test('a training calibrates its scores; Review, accuracy and exports then show the same cells', async () => {
  const project = await annotatedProject(temporaryFolder(), 4);
  const { model, calibration } = await trainOnProject(project, { ...still, validation }, control);
  expect(calibration).toMatchObject({ measuredOn: 'validation-images', right: 'outlines', images: 3 });
  expect((await cardOf(project, model)).calibration).toEqual(calibration);
  const { found, foundRight, truth, minScore, f1, hiddenRight } = calibration!;
  // Most true cells are found, most found cells are right, and few right ones are hidden.
  expect(foundRight / truth).toBeGreaterThan(0.8);
  expect(f1).toBeGreaterThan(0.8);
  expect(hiddenRight / foundRight).toBeLessThan(0.1);

  await segmentProject(project, { model, images: validation, engine: 'onnx' }, control);
  let [all, shown] = [0, 0];
  for (const image of validation) {
    const kept = await keptPrediction(project, image, model);
    expect(kept!.record.modelMinScore).toBe(minScore);
    const review = await readReview(project, image);
    expect(review!.modelMinScore).toBe(minScore);
    all += kept!.segmentation.scores.length;
    shown += kept!.segmentation.scores.filter((score) => score >= Math.fround(minScore)).length;
  }
  // The calibration used the same cells as a segmentation.
  expect(all).toBe(found);
  const judged = await evaluateImages(project, { model: null, images: validation }, control);
  expect(judged.cellsLeftOut.belowScore).toBe(all - shown);
  expect(judged.pooled.field.f1AtThreshold[0]).toBeCloseTo(f1, 10);
  const exported = await exportCells(project, { formats: ['csv'], images: validation }, control);
  expect(exported).toMatchObject({ cells: shown, leftOut: { belowScore: all - shown } });
  // The project's own minimum has priority.
  const none = await exportCells(project, { formats: ['csv'], images: validation, minScore: 1 }, control);
  expect(none.cells).toBe(0);
  await project.close();
});

test('Train and Results speak of the same cells on the way of the sample', async () => {
  const project = await annotatedProject(temporaryFolder(), 5);
  const kept = ['field-3', 'field-4', 'field-5'];
  // Like the sample project: machine-made annotation to learn from, true cells for evaluation.
  await detachLabels(project, project.images(['field-1', 'field-2']));
  await makeForegrounds(project, { choice: { kind: 'best' }, images: ['field-1', 'field-2'] }, control);
  const { model } = await trainOnProject(project, { ...still, validation: kept, useLabels: true }, control);
  const { training, calibration } = await cardOf(project, model);
  expect(training!.images.map(({ supervision }) => supervision)).toEqual(['weak', 'weak']);
  const figures = training!.epochs[training!.chosenEpoch - 1]!.validation!.figures;
  await segmentProject(project, { model, engine: 'onnx' }, control);
  const { pooled, cellsLeftOut } = await evaluateProject(
    project,
    { project: '', minScore: null, images: kept },
    control,
  );
  const { averagePrecision, thresholds, truthCount } = pooled.precision;
  const at = (iou: number): number =>
    averagePrecision[thresholds.findIndex((one) => Math.abs(one - iou) < 1e-9)]!;
  // Train evaluates at the size of the true cells, Results at the size of the found ones. So a cell may
  // differ.
  expect(figures.AP50).toBeGreaterThan(0.8);
  expect(Math.abs(at(0.5) - figures.AP50!)).toBeLessThan(1.5 / truthCount);
  expect(calibration!.truth).toBe(truthCount);
  // Results hides what the calibration predicted: almost no right cell.
  expect(cellsLeftOut.belowScore).toBeLessThanOrEqual(
    calibration!.found - calibration!.foundRight + calibration!.hiddenRight,
  );
  await project.close();
});

test('a stopped and a resumed training are calibrated as well', async () => {
  const project = await annotatedProject(temporaryFolder(), 4);
  const stopAt = async (name: string): Promise<void> => {
    const stop = new AbortController();
    const stopping = { signal: stop.signal, onProgress: () => undefined };
    const two: TrainParams = { ...still, until: { kind: 'steps', steps: 2 }, name, validation };
    await expect(
      trainOnProject(project, two, stopping, { onStep: () => stop.abort() }),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
  };
  await stopAt('stopped');
  await finishTraining(project, { model: 'stopped', engine: 'onnx' }, control);
  const { calibration } = await cardOf(project, 'stopped');
  expect(calibration).toMatchObject({ measuredOn: 'validation-images', images: 3 });
  await stopAt('resumed');
  const resumed = await trainOnProject(project, { ...still, resume: 'resumed' }, control);
  expect(resumed.calibration!.truth).toBe(calibration!.truth);
  expect((await cardOf(project, 'resumed')).calibration).toEqual(resumed.calibration);
  await project.close();
});

test('with too few cells there is no calibration, and the usual minimum counts', async () => {
  const project = await annotatedProject(temporaryFolder(), 1);
  const { model, calibration } = await trainOnProject(project, still, control);
  expect(calibration).toBeNull();
  expect((await cardOf(project, model)).calibration).toBeUndefined();
  await segmentProject(project, { model, engine: 'onnx' }, control);
  const review = await readReview(project, 'field-1');
  expect(review!.modelMinScore).toBe(leastScore({ minScore: null }, undefined));
  await project.close();
});

test('a strip is left out of training only where it holds enough cells and nothing else judges', async () => {
  const project = await annotatedProject(temporaryFolder(), 2);
  const images = project.manifest.images;
  expect(await stripToLeaveOut(project, { training: images, validation: [] })).toBeUndefined();
  const many = Array.from({ length: 200 }, () => images[0]!);
  expect(await stripToLeaveOut(project, { training: many, validation: [] })).toBe(1 / 8);
  expect(await stripToLeaveOut(project, { training: many, validation: images })).toBeUndefined();
  await project.close();
});
