import * as tf from '@tensorflow/tfjs-core';
import onnxProto, { type onnx } from 'onnx-proto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defaultTrainingSettings } from '../../../src-main/contract/training.ts';
import { inPart } from '../../../src-main/engine/common/network-parts.ts';
import { openEngine, type Engine } from '../../../src-main/engine/open-engine.ts';
import { createModel } from '../../../src-main/model/create-model.ts';
import { TrainStep } from '../../../src-main/training/train-step.ts';
import { syntheticCrop } from '../../bench/training-case.ts';

const { models } = vi.hoisted(() => ({ models: [] as Uint8Array[] }));
vi.mock(import('../../../src-main/engine/onnx/native-session.ts'), async (original) => {
  const native = await original();
  class RecordedSession extends native.OnnxSession {
    constructor(...[model, options]: ConstructorParameters<typeof native.OnnxSession>) {
      super(model, options);
      models.push(model);
    }
  }
  return { ...native, OnnxSession: RecordedSession };
});

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx');
});
afterAll(() => engine.close());

function nodesOf(model: Uint8Array): onnx.INodeProto[] {
  return onnxProto.onnx.ModelProto.decode(model).graph!.node!;
}

test('the nodes of a compiled training step are named after the parts of the network', async () => {
  const model = createModel('tiny', 1, 3);
  const step = new TrainStep(model, defaultTrainingSettings);
  models.length = 0;
  await step.run(syntheticCrop(64, 2, 16), 1e-3);
  const nodes = models.map(nodesOf).reduce((a, b) => (a.length > b.length ? a : b));
  const operatorsOf = (part: string): Set<string> =>
    new Set(
      nodes.filter(({ name }) => new RegExp(`^${part}/v\\d+$`).test(name!)).map(({ opType }) => opType!),
    );

  const weights = [...model.variables.keys()];
  const parts = new Set(weights.map((name) => name.slice(0, name.lastIndexOf('/'))));
  for (const part of parts)
    expect({ part, nodes: operatorsOf(part).size > 0 }).toEqual({ part, nodes: true });
  for (const part of ['backbone/stem', 'head/conv1', 'lpn/conv1']) {
    expect([...operatorsOf(part)].some((operator) => operator.endsWith('Conv'))).toBe(true);
    expect(operatorsOf(`${part}/gradient`).size).toBeGreaterThan(0);
  }
  for (const part of ['loss/detection', 'loss/instance', 'optimizer']) {
    expect(operatorsOf(part).size).toBeGreaterThan(0);
  }
  expect(nodes.filter(({ name }) => !name!.includes('/')).length / nodes.length).toBeLessThan(0.05);
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  step.dispose();
  model.dispose();
});

test('an error of onnxruntime names the part', () => {
  const bad = tf.tidy(() =>
    inPart('head/conv1', () => tf.gather(tf.tensor1d([1, 2, 3]), tf.tensor1d([7], 'int32'))),
  );
  expect(() => bad.dataSync()).toThrow(/Name:'head\/conv1\/v\d+'/);
  bad.dispose();
});

test('an error of onnxruntime names the part of the network', async () => {
  const table = tf.tensor2d([1, 2, 3, 4], [4, 1]);
  const found = inPart('head/conv1', () => tf.gather(table, tf.tensor1d([0, 9], 'int32')));
  await expect(found.data()).rejects.toThrow(/head\/conv1\/v\d+/);
  tf.dispose([table, found]);
});
