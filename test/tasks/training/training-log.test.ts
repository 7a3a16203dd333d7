import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EpochReport, StepReport } from '../../../src-main/contract/training.ts';
import { readTrainingLog, TrainingLog } from '../../../src-main/tasks/training/training-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lacss-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const terms = { detection: 1, location: 1, instance: 1, size: null, edge: 0.5, total: 3 };
const stepReport = (step: number, total = step): StepReport => ({
  step,
  epoch: Math.ceil(step / 2),
  example: 'field-1',
  cells: 3,
  terms: { ...terms, total },
  gradientNorm: 1,
  learningRate: 0.001,
  meanAreaPx: 100,
  elapsedMs: step * 10,
});
const epochReport = (epoch: number): EpochReport => ({
  epoch,
  step: 2 * epoch,
  terms,
  gradientNorm: 1,
  meanAreaPx: 100,
  learningRate: 0.001,
  validation: null,
  best: true,
  elapsedMs: 20 * epoch,
});

test('steps and epochs are found as they were told', async () => {
  const log = new TrainingLog(folder);
  for (const step of [1, 2]) log.step(stepReport(step));
  log.epoch(epochReport(1));
  log.step(stepReport(3));
  await log.flush();
  expect(await readTrainingLog(folder)).toEqual({
    steps: [stepReport(1), stepReport(2), stepReport(3)],
    epochs: [epochReport(1)],
  });
});

test('what is done again after a crash replaces what was before', async () => {
  const log = new TrainingLog(folder);
  for (const step of [1, 2, 3, 4]) log.step(stepReport(step));
  log.epoch(epochReport(1));
  log.epoch(epochReport(2));
  await log.flush();
  const resumed = new TrainingLog(folder);
  resumed.step(stepReport(3, 30));
  await resumed.flush();
  const { steps, epochs } = await readTrainingLog(folder);
  expect(steps.map(({ step, terms: { total } }) => [step, total])).toEqual([
    [1, 1],
    [2, 2],
    [3, 30],
  ]);
  expect(epochs).toEqual([epochReport(1)]);
});

test('a line that a crash has cut short is passed over', async () => {
  const log = new TrainingLog(folder);
  log.step(stepReport(1));
  await log.flush();
  await appendFile(join(folder, 'progress.jsonl'), '{"step":{"step":2,"ep\n');
  log.step(stepReport(2));
  await log.flush();
  expect((await readTrainingLog(folder)).steps).toHaveLength(2);
});

test('no log is an empty one', async () => {
  expect(await readTrainingLog(join(folder, 'nowhere'))).toEqual({ steps: [], epochs: [] });
});

test('a line that a crash cut short costs no line of the resumed training', async () => {
  const log = new TrainingLog(folder);
  log.step(stepReport(1));
  await log.flush();
  await appendFile(join(folder, 'progress.jsonl'), '{"step":{"st');
  const resumed = new TrainingLog(folder);
  resumed.step(stepReport(2));
  await resumed.flush();
  expect((await readTrainingLog(folder)).steps.map(({ step }) => step)).toEqual([1, 2]);
});
