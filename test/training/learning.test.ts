import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { trainModel, type TrainingOptions } from '../../src-main/training/train-model.ts';
import { fullExample, quickSettings, weakExample } from './examples.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx');
});
afterAll(() => engine.close());

const options = (change: Partial<TrainingOptions>): TrainingOptions => ({
  model: createModel('tiny', 1, 1),
  examples: [weakExample(1)],
  validation: [],
  settings: quickSettings(),
  control: { signal: new AbortController().signal, onProgress: () => undefined },
  saveCheckpoint: async () => undefined,
  ...change,
});

it('learns: finds and outlines the cells of an image it has not seen', async () => {
  const settings = quickSettings({ steps: 160, stepsPerEpoch: 40, cropPx: 64, learningRate: 5e-3 });
  const compiles: number[] = [];
  const tensors = new Set<number>();
  const run = options({
    examples: [weakExample(1), fullExample(2), fullExample(3)],
    validation: [fullExample(4)],
    settings,
    onStep: ({ step }) => {
      compiles.push(engine.compiles());
      if (step > 1) tensors.add(tf.memory().numTensors);
    },
  });
  const result = await trainModel(run);
  expect(result.epochs.at(-1)!.terms.detection).toBeLessThan(0.5 * result.epochs[0]!.terms.detection);
  expect(result.epochs.at(-1)!.terms.instance).toBeLessThan(0.9 * result.epochs[0]!.terms.instance);
  expect(result.epochs.at(-1)!.validation!.score).toBeGreaterThan(0.6);
  // One graph per step: a few are compiled for the sizes that occur, then none.
  expect(compiles[79]! - compiles[41]!).toBe(0);
  expect(tensors.size).toBe(1);
  run.model.dispose();
});
