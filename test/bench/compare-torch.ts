/**
 * Compares the onnx engine with PyTorch on the same network, weights, crop, losses and optimizer. Both take
 * turns in one run: the forward pass alone and whole training steps of `small`. First, their losses show that
 * both compute the same.
 *
 * npx tsx test/bench/compare-torch.ts [--size 256] [--rounds 8] [--steps 5] [--json]
 * (PYTHON names a Python with PyTorch; without one the comparison is skipped.)
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { defaultTrainingSettings } from '../../src-main/contract/training.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { locationTargets } from '../../src-main/training/location-targets.ts';
import { median } from './median.ts';
import { findPythonWithTorch, startTorch } from './torch-process.ts';
import { trainingCase, type TrainingCase } from './training-case.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '8' },
    steps: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const [size, rounds, steps] = [values.size, values.rounds, values.steps].map(Number) as [
  number,
  number,
  number,
];

/** Numbers in the format that the Python process reads. */
function packed(numbers: Float32Array, shape: readonly number[]): { shape: readonly number[]; data: string } {
  return {
    shape,
    data: Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64'),
  };
}

/** All inputs of both computations. */
function setupOf({ model, crop }: TrainingCase): object {
  const { stride } = model.preset.locations;
  const grid = size / stride;
  const targets = locationTargets(crop.locations, grid, grid, stride);
  const byAxis = new Float32Array(targets.offsets.length);
  targets.offsets.forEach((offset, i) => (byAxis[(i % 2) * grid * grid + (i >> 1)] = offset));
  const weights = [...model.variables].map(([name, variable]) => [
    name,
    packed(variable.dataSync<'float32'>(), variable.shape),
  ]);
  return {
    threads: availableParallelism(),
    settings: { ...defaultTrainingSettings, cellDiameterPx: model.preset.cellDiameterPx },
    weights: Object.fromEntries(weights),
    crop: {
      size,
      image: packed(crop.image, [size, size]),
      mask: packed(crop.mask, [size / 2, size / 2]),
      locations: packed(crop.locations, [crop.locations.length / 2, 2]),
      positives: packed(targets.positives, [grid, grid]),
      offsets: packed(byAxis, [2, grid, grid]),
    },
  };
}

/** Runs something a few times, and notes the milliseconds each took. */
async function timed(times: number[], count: number, run: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
}

const python = findPythonWithTorch();
if (python === null) {
  console.log(
    'Comparison with PyTorch: skipped, no Python with torch and numpy was found (PYTHON names one).',
  );
  process.exit(0);
}
const engine = await openEngine('onnx');
const training = trainingCase('small', size);
const torch = startTorch(python, setupOf(training));

const theirLoss = (await torch.ask('loss')) as { version: string; total: number };
const ourLoss = await training.step(0);
const forward = async (): Promise<void> => {
  const { image, locations } = training.crop;
  const logits = tf.tidy(() => {
    const features = training.model.features(tf.tensor4d(image, [1, size, size, 1]));
    return training.model.segment(features, tf.tensor2d(locations, [locations.length / 2, 2])).logits;
  });
  await logits.data();
  logits.dispose();
};
const times: Record<'ourForward' | 'theirForward' | 'ourStep' | 'theirStep', number[]> = {
  ourForward: [],
  theirForward: [],
  ourStep: [],
  theirStep: [],
};
// The first run is not measured: it compiles graphs and allocates memory.
for (const round of [0, ...Array.from({ length: rounds }, () => steps)]) {
  const count = Math.max(round, 2);
  const note = (name: keyof typeof times): number[] => (round === 0 ? [] : times[name]);
  await timed(note('ourForward'), count, forward);
  note('theirForward').push(...((await torch.ask(`forward ${count}`)) as number[]));
  await timed(note('ourStep'), count, () => training.step());
  note('theirStep').push(...((await torch.ask(`step ${count}`)) as number[]));
}
torch.close();
training.dispose();

const summary = (timesMs: number[]): { median: number; best: number } => ({
  median: median(timesMs),
  best: Math.min(...timesMs),
});
const ourForward = summary(times.ourForward);
const theirForward = summary(times.theirForward);
const ourStep = summary(times.ourStep);
const theirStep = summary(times.theirStep);
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));
const report = {
  machine: engine.device,
  engine: `${engine.name} ${engine.version} (${engine.provider})`,
  torch: theirLoss.version,
  threads: availableParallelism(),
  sizePx: size,
  lossOurs: round(ourLoss, 6),
  lossTorch: round(theirLoss.total, 6),
  forwardMs: round(ourForward.median),
  forwardTorchMs: round(theirForward.median),
  forwardTorchOverOurs: round(theirForward.median / ourForward.median, 2),
  forwardTorchOverOursBest: round(theirForward.best / ourForward.best, 2),
  stepMs: round(ourStep.median),
  stepTorchMs: round(theirStep.median),
  stepTorchOverOurs: round(theirStep.median / ourStep.median, 2),
  stepTorchOverOursBest: round(theirStep.best / ourStep.best, 2),
};
engine.close();
if (values.json) console.log(JSON.stringify(report));
else for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(34)} ${String(value)}`);
