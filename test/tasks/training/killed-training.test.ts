import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ModelStore } from '../../../src-main/project/model-store.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import { readTrainingLog } from '../../../src-main/tasks/training/training-log.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { annotatedProject } from '../quick-training.ts';
import { control } from '../small-project.ts';
import { killableTraining } from './killable-training.ts';

const child = fileURLToPath(new URL('./keep-training.ts', import.meta.url));

/** When the newest checkpoint was written, ms; 0 without one. */
function checkpointTime(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = names.filter((name) => name.endsWith('.checkpoint'));
  return Math.max(
    0,
    ...found.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
}

/**
 * Trains in its own process and kills it after this many of its steps, once its first checkpoint is written.
 * @returns the steps it printed
 */
async function trainAndKill(folder: string, steps: number): Promise<number[]> {
  const before = checkpointTime(folder);
  const trainer = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(trainer, 'exit');
  const printed: number[] = [];
  for await (const line of createInterface(trainer.stdout)) {
    printed.push(Number(line));
    if (printed.length >= steps && checkpointTime(folder) > before) trainer.kill('SIGKILL');
  }
  await exit;
  return printed;
}

test('a training killed again and again, soon after its first step, advances to the same model', async () => {
  const folder = temporaryFolder();
  const project = await annotatedProject(folder, 2);
  const whole = await trainOnProject(project, { ...killableTraining, name: 'whole' }, control);
  await project.close();
  const path = join(folder, 'project');

  let reached = 0;
  for (const steps of [2, 2, 4, 8]) {
    const printed = await trainAndKill(path, steps);
    // It continues after a saved step, never at the first step again.
    expect(printed[0]).toBeGreaterThan(reached);
    reached = printed[0]!;
  }
  const rest = await trainAndKill(path, Infinity);
  expect(rest[0]).toBeGreaterThan(reached);
  expect(rest.at(-1)).toBe(40);

  const after = await openProject(path, { purpose: 'test' });
  const models = new ModelStore(after.path('models'));
  const { bytes, card } = await models.load('killed');
  expect(card.training?.steps).toBe(40);
  expect(bytes).toEqual((await models.load(whole.model)).bytes);
  // The curves have every step and epoch once, however often the process died.
  const { steps, epochs } = await readTrainingLog(models.path('killed'));
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  const ended = epochs.map(({ epoch }) => epoch).filter((epoch) => epoch > 0);
  expect(ended).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.endsWith('.tmp') || name.endsWith('.checkpoint'))).toEqual([]);
  await after.close();
});
