/**
 * Time of a training step by ONNX operator, from onnxruntime's own profiler: on the CPU, or with
 * `--gpu` on the GPU, by its own clock.
 *
 * npx tsx test/bench/profile-step.ts [preset] [size] [operator to list by shape] [--gpu] [--parts] (THREADS=1
 * for one thread)
 *
 * `--parts` sums by part of the network instead, from the names of the nodes: `head/conv1`. CPU only.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { sessionOptions } from '../../src-main/engine/activate-onnx.ts';
import { registerGradients } from '../../src-main/engine/gradients/register-gradients.ts';
import { findChannelBlock } from '../../src-main/engine/onnx/find-channel-block.ts';
import { LazyBackend } from '../../src-main/engine/onnx/lazy-backend.ts';
import { registerKernels } from '../../src-main/engine/onnx/kernels/register-kernels.ts';
import { isPresetName } from './preset-name.ts';
import { trainingCase } from './training-case.ts';

interface ProfileEvent {
  cat: string;
  name: string;
  dur: number;
  args: {
    op_name?: string;
    output_type_shape?: Record<string, number[]>[];
    shapes?: string;
    cache_key?: string;
  };
}

const STEPS = 6;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { gpu: { type: 'boolean', default: false }, parts: { type: 'boolean', default: false } },
});
const [preset = 'small', size = '256', listed] = positionals;
if (!isPresetName(preset)) throw new RangeError(`Expected tiny, small or paper, received ${preset}`);

const folder = mkdtempSync(join(tmpdir(), 'lacss-profile-'));
const threads = process.env.THREADS === undefined ? {} : { intraOpNumThreads: Number(process.env.THREADS) };
const options = {
  ...(values.gpu ? { executionProviders: ['webgpu'] } : sessionOptions()),
  ...threads,
  enableProfiling: true,
  profileFilePrefix: join(folder, 'profile'),
};
tf.env().set('PROD', true);
registerGradients();
const channelBlock = values.gpu ? 1 : findChannelBlock();
tf.registerBackend(
  'onnx',
  () => new LazyBackend({ session: options, cacheBytes: 4 * 2 ** 30, channelBlock }),
);
registerKernels('onnx');
await tf.setBackend('onnx');
const training = trainingCase(preset, Number(size));
const backend = tf.backend() as LazyBackend;
for (let i = 0; i < STEPS; i++) await training.step();
const runMs = backend.statistics.runMs / STEPS;
tf.removeBackend('onnx');

// The step is the largest graph.
const events = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[])
  .sort((a, b) => b.length - a.length)[0]!;
rmSync(folder, { recursive: true });
// Other programs interrupt some steps, so the fastest run counts, per node on the CPU and per kernel on the
// GPU.
const quickest = new Map<string, ProfileEvent>();
for (const event of events) {
  const isWanted = values.gpu
    ? event.cat === 'Api'
    : event.cat === 'Node' && event.name.endsWith('_kernel_time');
  if (!isWanted) continue;
  const key = `${event.name} ${event.args.cache_key ?? ''} ${event.args.shapes ?? ''}`;
  const known = quickest.get(key);
  if (known === undefined || event.dur < known.dur) quickest.set(key, event);
}

const noPart = 'without a part';

/** The part in a node's name, `head/conv1/v12_kernel_time`. Nodes that onnxruntime adds have none. */
function partOf(name: string): string {
  return /^(.+)\/v\d+/.exec(name)?.[1] ?? noPart;
}

const totals = new Map<string, { ms: number; calls: number }>();
for (const { name, dur, args } of quickest.values()) {
  // Kernels on the GPU are called node&operator&kernel.
  const operator = args.op_name ?? name.split('&')[1] ?? name;
  if (listed !== undefined && operator !== listed) continue;
  const shapes = args.shapes ?? JSON.stringify(args.output_type_shape?.map((type) => Object.values(type)[0]));
  const key = values.parts ? partOf(name) : listed === undefined ? operator : shapes;
  const total = totals.get(key) ?? { ms: 0, calls: 0 };
  total.ms += dur / 1000;
  total.calls++;
  totals.set(key, total);
}
const sum = [...totals.values()].reduce((a, { ms }) => a + ms, 0);
console.log(
  `${'all'.padEnd(34)} ${sum.toFixed(1).padStart(8)} ms of ${runMs.toFixed(1)} ms a step in onnxruntime`,
);
for (const [key, { ms, calls }] of [...totals].sort((a, b) => b[1].ms - a[1].ms).slice(0, 40)) {
  console.log(`${key.padEnd(34)} ${ms.toFixed(2).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls`);
}
if (values.parts) {
  const { ms, calls } = totals.get(noPart) ?? { ms: 0, calls: 0 };
  console.log(`${noPart}: ${ms.toFixed(2)} ms, ${calls} of ${quickest.size} calls`);
}
