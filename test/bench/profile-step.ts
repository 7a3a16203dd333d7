/**
 * Where a training step's time goes, by ONNX operator, from onnxruntime's own profiler.
 *
 * npx tsx test/bench/profile-step.ts [preset] [size] [operator to list by shape]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { sessionOptions } from '../../src-main/engine/activate-onnx.ts';
import { registerGradients } from '../../src-main/engine/gradients/register-gradients.ts';
import { LazyBackend } from '../../src-main/engine/onnx/lazy-backend.ts';
import { registerKernels } from '../../src-main/engine/onnx/register-kernels.ts';
import { isPresetName } from './preset-name.ts';
import { trainingCase } from './training-case.ts';

interface ProfileEvent {
  cat: string;
  name: string;
  dur: number;
  args: { op_name?: string; output_type_shape?: Record<string, number[]>[] };
}

const STEPS = 6;
const [preset = 'small', size = '256', listed] = process.argv.slice(2);
if (!isPresetName(preset)) throw new RangeError(`Expected tiny, small or paper, received ${preset}`);

const folder = mkdtempSync(join(tmpdir(), 'lacss-profile-'));
const options = { ...sessionOptions(), enableProfiling: true, profileFilePrefix: join(folder, 'profile') };
tf.env().set('PROD', true);
registerGradients();
tf.registerBackend('onnx', () => new LazyBackend({ session: options, cacheBytes: 4 * 2 ** 30 }));
registerKernels('onnx');
await tf.setBackend('onnx');
const training = trainingCase(preset, Number(size));
const backend = tf.backend() as LazyBackend;
for (let i = 0; i < STEPS; i++) await training.step();
const runMs = backend.statistics.runMs / STEPS;
tf.removeBackend('onnx');

// The step is the largest graph.
const [events] = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[])
  .sort((a, b) => b.length - a.length);
rmSync(folder, { recursive: true });
const totals = new Map<string, { ms: number; calls: number }>();
const add = (key: string, microseconds: number): void => {
  const total = totals.get(key) ?? { ms: 0, calls: 0 };
  total.ms += microseconds / 1000 / STEPS;
  total.calls += 1 / STEPS;
  totals.set(key, total);
};
for (const { cat, name, dur, args } of events) {
  if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
  const operator = args.op_name ?? name;
  if (listed === undefined) add(operator, dur);
  else if (operator === listed)
    add(JSON.stringify(args.output_type_shape?.map((type) => Object.values(type)[0])), dur);
}
const sum = [...totals.values()].reduce((a, { ms }) => a + ms, 0);
console.log(
  `${'all'.padEnd(34)} ${sum.toFixed(1).padStart(8)} ms of ${runMs.toFixed(1)} ms a step in onnxruntime`,
);
for (const [key, { ms, calls }] of [...totals].sort((a, b) => b[1].ms - a[1].ms).slice(0, 40)) {
  console.log(`${key.padEnd(34)} ${ms.toFixed(2).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls`);
}
