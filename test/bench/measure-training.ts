import type { PresetName } from '../../src-main/contract/choices.ts';
import * as tf from '@tensorflow/tfjs-core';
import type { LazyBackend } from '../../src-main/engine/onnx/lazy-backend.ts';
import { median } from './median.ts';
import { trainingCase } from './training-case.ts';

/** Time of the training steps of a preset, and its share outside the graph. */
export interface TrainingFigures {
  cells: number;
  gflop: number;
  stepMs: number;
  stepMsBest: number;
  /** Time outside onnxruntime, on average and as a share. */
  javascriptMs: number;
  javascriptShare: number;
  firstStepMs: number;
  compilesAfterWarmUp: number;
  recordedCalls: number;
  graphInputs: number;
  graphOutputs: number;
}

/** Trains a preset on one crop of `size` px, `steps` times. */
export async function measureTraining(
  preset: PresetName,
  size: number,
  steps: number,
): Promise<TrainingFigures> {
  const { statistics } = tf.backend() as LazyBackend;
  const training = trainingCase(preset, size);
  const started = performance.now();
  await training.step();
  const firstStepMs = performance.now() - started;
  await training.step();
  const warm = { ...statistics };
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const from = performance.now();
    await training.step();
    times.push(performance.now() - from);
  }
  const totalMs = times.reduce((sum, time) => sum + time, 0) / steps;
  const runMs = (statistics.runMs - warm.runMs) / steps;
  const figures = {
    cells: training.crop.locations.length / 2,
    gflop: (statistics.flop - warm.flop) / steps / 1e9,
    stepMs: median(times),
    stepMsBest: Math.min(...times),
    javascriptMs: totalMs - runMs,
    javascriptShare: (totalMs - runMs) / totalMs,
    firstStepMs,
    compilesAfterWarmUp: statistics.compiles - warm.compiles,
    recordedCalls: statistics.calls,
    graphInputs: statistics.inputs,
    graphOutputs: statistics.outputs,
  };
  training.dispose();
  return figures;
}
