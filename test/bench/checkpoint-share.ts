/**
 * The share of a training's time that its checkpoints take, and the longest time between two of them:
 * `npx tsx test/bench/checkpoint-share.ts [--preset tiny] [--minutes 1]`. Trains on two generated fields.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { presetNames } from '../../src-main/contract/choices.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { CheckpointSchedule } from '../../src-main/training/checkpoint-schedule.ts';
import { annotatedProject, quickTraining } from '../tasks/quick-training.ts';
import { control } from '../tasks/small-project.ts';

const { values } = parseArgs({
  options: { preset: { type: 'string', default: 'tiny' }, minutes: { type: 'string', default: '1' } },
});
const preset = presetNames.find((name) => name === values.preset) ?? 'tiny';
const until = { kind: 'minutes', minutes: Number(values.minutes) } as const;
const { startFrom, engine, seed } = quickTraining;

/** When each checkpoint began, how long training waited for it, and when it was written, ms. */
const saves: { from: number; waited: number; to: number }[] = [];
const save = Object.getOwnPropertyDescriptor(CheckpointSchedule.prototype, 'save')!
  .value as CheckpointSchedule['save'];
CheckpointSchedule.prototype.save = async function (this: CheckpointSchedule, write): Promise<void> {
  const one = { from: performance.now(), waited: 0, to: 0 };
  saves.push(one);
  await save.call(this, () => write().finally(() => (one.to = performance.now())));
  one.waited = performance.now() - one.from;
};

const folder = mkdtempSync(join(tmpdir(), 'lacss-checkpoints-'));
try {
  const project = await annotatedProject(folder, 2);
  const stepsAt: number[] = [];
  await trainOnProject(project, { preset, until, seed, engine, startFrom }, control, {
    onStep: () => stepsAt.push(performance.now()),
  });
  const [firstStep, lastStep] = [stepsAt[0]!, stepsAt.at(-1)!];
  const shareOf = (ms: (one: (typeof saves)[number]) => number): string =>
    `${((100 * saves.reduce((sum, one) => sum + ms(one), 0)) / (lastStep - firstStep)).toFixed(2)} %`;
  const gaps = saves.slice(1).map(({ from }, i) => from - saves[i]!.to);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  console.log(
    `${preset}: ${stepsAt.length} steps in ${seconds(lastStep - firstStep)}, ${saves.length} checkpoints, ` +
      `the first ${seconds(saves[0]!.to - firstStep)} after the first step, at most ` +
      `${seconds(Math.max(...gaps))} apart. Training waited ${shareOf((one) => one.waited)} of the time; ` +
      `with their writing they took ${shareOf(({ from, to }) => to - from)}`,
  );
  await project.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
