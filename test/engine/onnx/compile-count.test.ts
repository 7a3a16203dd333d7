import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine, type Engine } from '../../../src-main/engine/open-engine.ts';
import { defaultTrainingSettings } from '../../../src-main/contract/training.ts';
import { createModel, type LacssModel } from '../../../src-main/model/create-model.ts';
import { TrainStep } from '../../../src-main/training/train-step.ts';
import { syntheticCrop } from '../../bench/training-case.ts';

const SIZE = 64;
let engine: Engine;
let model: LacssModel;
let training: TrainStep;

beforeAll(async () => {
  engine = await openEngine('onnx');
  model = createModel('tiny', 1, 3);
  training = new TrainStep(model, defaultTrainingSettings);
});

afterAll(() => {
  training.dispose();
  model.dispose();
});

/** Trains on a crop with this many cells, and returns how many graphs it compiled. */
async function compilesWith(cells: number): Promise<number> {
  const before = engine.compiles();
  const crop = syntheticCrop(SIZE, 2, 16);
  const places = Float32Array.from({ length: 2 * cells }, (_, i) => (7 * i + 5) % SIZE);
  await training.run({ ...crop, locations: places }, 1e-3);
  return engine.compiles() - before;
}

test('one graph for each bucket of cells, whatever their number and the learning rate', async () => {
  // The first step also compiles what only a first step needs.
  await compilesWith(5);
  await compilesWith(5);
  // 8, 12 and 16 cells fit into one tensor each.
  expect([await compilesWith(1), await compilesWith(8), await compilesWith(3)]).toEqual([0, 0, 0]);
  expect([await compilesWith(9), await compilesWith(12), await compilesWith(10)]).toEqual([1, 0, 0]);
  expect([await compilesWith(13), await compilesWith(16)]).toEqual([1, 0]);
  expect([await compilesWith(2), await compilesWith(11), await compilesWith(14)]).toEqual([0, 0, 0]);
});

test('one graph for the network and one for each group of cells at inference', async () => {
  const image = tf.zeros<tf.Rank.R4>([1, SIZE, SIZE, 1]);
  const compilesFor = async (cells: number): Promise<number> => {
    const before = engine.compiles();
    const features = tf.tidy(() => model.features(image));
    await Promise.all([features.scoreLogits.data(), features.offsets.data()]);
    const { logits, origins } = tf.tidy(() => model.segment(features, tf.fill([cells, 2], 20)));
    await Promise.all([logits.data(), origins.data()]);
    tf.dispose([{ ...features }, logits, origins]);
    return engine.compiles() - before;
  };
  expect(await compilesFor(16)).toBe(2);
  expect([await compilesFor(16), await compilesFor(32), await compilesFor(16)]).toEqual([0, 1, 0]);
  image.dispose();
});
