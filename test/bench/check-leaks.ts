/**
 * Trains a preset on one crop for 300 steps and checks that nothing accumulates. The number of tensors stays
 * the same. No graph is compiled after the second step. Resident memory at the last step is within 5 % of
 * that at step 50.
 *
 * npm run bench:leaks -- [--preset small] [--size 256] [--steps 300] [--engine onnx]
 */
import type { EngineChoice } from '../../src-main/contract/choices.ts';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { median } from './median.ts';
import { isPresetName } from './preset-name.ts';
import { trainingCase } from './training-case.ts';

const FROM_STEP = 50;
const LARGEST_GROWTH = 0.05;

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'small' },
    size: { type: 'string', default: '256' },
    steps: { type: 'string', default: '300' },
    engine: { type: 'string', default: 'onnx' },
  },
});
const { preset, size } = values;
const lastStep = Number(values.steps);
if (!isPresetName(preset))
  throw new RangeError(`--preset: expected tiny, small or paper, received ${preset}`);

const engine = await openEngine(values.engine as EngineChoice);
const training = trainingCase(preset, Number(size));
const snapshot = (): { tensors: number; compiles: number; residentMb: number } => ({
  tensors: tf.memory().numTensors,
  compiles: engine.compiles(),
  residentMb: process.memoryUsage.rss() / 2 ** 20,
});

let start = snapshot();
let warmCompiles = 0;
const times: number[] = [];
for (let step = 1; step <= lastStep; step++) {
  const started = performance.now();
  await training.step();
  times.push(performance.now() - started);
  if (step === 2) warmCompiles = engine.compiles();
  if (step === FROM_STEP) start = snapshot();
  if (step % FROM_STEP === 0) console.log(`step ${step}`, JSON.stringify(snapshot()));
}
const end = snapshot();
training.dispose();

console.log(`${engine.name} ${engine.version}: ${median(times).toFixed(0)} ms a step, median.`);
const growth = end.residentMb / start.residentMb - 1;
const failures: string[] = [];
if (end.tensors !== start.tensors) failures.push(`${end.tensors - start.tensors} tensors more`);
if (end.compiles !== warmCompiles)
  failures.push(`${end.compiles - warmCompiles} graphs compiled after step 2`);
if (growth > LARGEST_GROWTH) failures.push(`resident memory ${(100 * growth).toFixed(1)} % more`);
console.log(
  failures.length === 0
    ? `Flat: resident memory ${(100 * growth).toFixed(1)} % from step ${FROM_STEP} to ${lastStep}.`
    : `Leaks: ${failures.join(', ')}.`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
