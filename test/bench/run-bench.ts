/**
 * Measures the onnx engine on this machine: a training step of a preset beside the machine's own convolution speed,
 * taken in the same run, before and after, because the speed of a shared machine wanders.
 *
 * npm run bench -- [--preset small] [--size 256] [--steps 20] [--json]
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { sessionOptions } from '../../src-main/engine/activate-onnx.ts';
import type { LazyBackend } from '../../src-main/engine/onnx/lazy-backend.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { isPresetName } from './preset-name.ts';
import { convolutionSpeed } from './convolution-speed.ts';
import { trainingCase } from './training-case.ts';

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'small' },
    size: { type: 'string', default: '256' },
    steps: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const { preset, json } = values;
if (!isPresetName(preset))
  throw new RangeError(`--preset: expected tiny, small or paper, received ${preset}`);
const size = Number(values.size);
const steps = Number(values.steps);

const engine = await openEngine('onnx');
const before = convolutionSpeed(sessionOptions());
const { statistics } = tf.backend() as LazyBackend;
const training = trainingCase(preset, size);

const firstStarted = performance.now();
await training.step();
const firstStepMs = performance.now() - firstStarted;
await training.step();
const warm = { ...statistics };
const times: number[] = [];
for (let i = 0; i < steps; i++) {
  const started = performance.now();
  await training.step();
  times.push(performance.now() - started);
}
times.sort((a, b) => a - b);
const stepMs = times[Math.floor(steps / 2)];
const runMs = (statistics.runMs - warm.runMs) / steps;
const totalMs = times.reduce((sum, time) => sum + time, 0) / steps;
const gflop = (statistics.flop - warm.flop) / steps / 1e9;
const after = convolutionSpeed(sessionOptions());

const convolution = (before + after) / 2;
const speed = gflop / (stepMs / 1000);
const report = {
  machine: engine.device,
  engine: `${engine.name} ${engine.version} (${engine.provider})`,
  preset,
  sizePx: size,
  cells: training.crop.locations.length / 2,
  convolutionGflops: round(convolution),
  convolutionGflopsBeforeAndAfter: [round(before), round(after)],
  stepGflop: round(gflop),
  stepMs: round(stepMs),
  stepMsBest: round(times[0]),
  stepGflops: round(speed),
  ratio: round(speed / convolution, 3),
  javascriptMs: round(totalMs - runMs),
  javascriptShare: round((totalMs - runMs) / totalMs, 3),
  firstStepMs: round(firstStepMs),
  compilesAfterWarmUp: statistics.compiles - warm.compiles,
  recordedCalls: statistics.calls,
  graphInputs: statistics.inputs,
  graphOutputs: statistics.outputs,
  peakResidentMb: round(process.resourceUsage().maxRSS / 1024),
};
training.dispose();
engine.close();
if (json) console.log(JSON.stringify(report));
else for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(34)} ${String(value)}`);

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
