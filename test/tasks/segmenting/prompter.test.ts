import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Position } from '../../../src-main/contract/fields.ts';
import type { PromptAnswer } from '../../../src-main/contract/requests/review-requests.ts';
import { regionOf } from '../../../src-main/imaging/cells/cell-mask.ts';
import { labelImageOf } from '../../../src-main/imaging/label/cut-labels.ts';
import { latestPrediction } from '../../../src-main/project/latest-prediction.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { Prompter } from '../../../src-main/tasks/segmenting/prompter.ts';
import { segmentProject } from '../../../src-main/tasks/segmenting/segment-project.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { annotatedProject, quickTraining } from '../quick-training.ts';
import { control } from '../small-project.ts';

let project: Project;
const prompter = new Prompter();
const ask = (image: string, at: Position, { signal } = control): Promise<PromptAnswer> =>
  prompter.ask(project, { image, at, engine: 'onnx' }, signal);

beforeAll(async () => {
  project = await annotatedProject(temporaryFolder(), 2);
  const { model } = await trainOnProject(project, quickTraining, control);
  await segmentProject(project, { model, engine: 'onnx', settings: { minScore: 0 } }, control);
});
afterAll(() => prompter.close());

test('questions at found cells have their pixels as answers, from features that are computed once', async () => {
  const [image] = project.manifest.images;
  const latest = (await latestPrediction(project, image!.id))!;
  const { labels: runs, locations, scores } = (await latest.store.read())!.segmentation;
  const labels = labelImageOf(runs);
  expect(scores.length).toBeGreaterThan(5);
  let same = 0;
  let tensors = 0;
  for (let k = 0; k < scores.length; k++) {
    const at = { y: locations[2 * k]!, x: locations[2 * k + 1]! };
    const answer = await ask(image!.id, at);
    // The first request loads the network and computes the features. Later ones leave nothing in memory.
    if (k === 0) tensors = tf.memory().numTensors;
    if (answer.kind !== 'cell') continue;
    if (isOwn(answer, labels, k + 1)) same++;
  }
  expect(tf.memory().numTensors).toBe(tensors);
  // Here, cells that touch are outlined one by one. Segmentation outlines them together.
  expect(same).toBeGreaterThan(0.9 * scores.length);
});

/** Whether an outlined cell has all pixels of a label, and beyond these only pixels of other labels. */
function isOwn(
  { mask }: Extract<PromptAnswer, { kind: 'cell' }>,
  { width, data }: { width: number; data: Int32Array },
  label: number,
): boolean {
  const region = regionOf(mask);
  let own = 0;
  for (let i = 0; i < region.data.length; i++) {
    if (region.data[i] === 0) continue;
    const y = region.top + Math.floor(i / region.width);
    const value = data[y * width + region.left + (i % region.width)];
    if (value === label) own++;
    else if (value === 0) return false;
  }
  return own === data.filter((value) => value === label).length;
}

test('what is kept is given back, and the next question loads it again', async () => {
  const [, image] = project.manifest.images;
  const before = await ask(image!.id, { y: 30, x: 30 });
  expect(prompter.closed).toBe(false);
  prompter.close();
  expect(prompter.closed).toBe(true);
  expect(await ask(image!.id, { y: 30, x: 30 })).toEqual(before);
  expect(await ask(image!.id, { y: -5, x: 30 })).toEqual({ kind: 'nothing' });
});

test('a question that is cancelled reads no image, and the next one is answered', async () => {
  const [, image] = project.manifest.images;
  prompter.close();
  await expect(
    ask(image!.id, { y: 30, x: 30 }, { ...control, signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({
    code: 'cancelled',
    message: expect.stringMatching(/^Reading .* was stopped/),
  });
  expect((await ask(image!.id, { y: -5, x: 30 })).kind).toBe('nothing');
});
