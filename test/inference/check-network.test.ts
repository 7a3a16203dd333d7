import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { checkNetwork } from '../../src-main/inference/check-network.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { fakeModel } from './fake-model.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnx');
});
afterAll(() => engine.close());

test.each([1, 2])('a new network of %i channels passes, and leaves no tensor behind', async (channels) => {
  const model = createModel('tiny', channels, 1);
  const before = tf.memory().numTensors;
  await expect(checkNetwork(model.inference, 'new')).resolves.toBeUndefined();
  const again = tf.memory().numTensors;
  await checkNetwork(model.inference, 'new');
  expect(again - before).toBeLessThanOrEqual(0);
  expect(tf.memory().numTensors).toBe(again);
  model.dispose();
});

test.each([
  ['0', 0],
  ['3e38', 3e38],
  ['1e30', 1e30],
])('a network whose weights are all %s is refused by name', async (_, weight) => {
  const model = createModel('tiny', 1, 1);
  for (const variable of model.variables.values())
    tf.tidy(() => variable.assign(tf.fill(variable.shape, weight)));
  await expect(checkNetwork(model.inference, 'broken-1')).rejects.toMatchObject({
    code: 'model-invalid',
    subject: 'broken-1',
    message: expect.stringMatching(
      /^The model broken-1 cannot be used: its .* for a test image are /,
    ) as string,
    remedy: expect.stringContaining('Choose another model') as string,
  });
  model.dispose();
});

test('masks that are the same everywhere are refused though the scores differ', async () => {
  const model = fakeModel({ brightness: 1 });
  const flat: typeof model = {
    ...model,
    segment: () => ({
      logits: tf.ones([1, 8, 8]),
      origins: tf.zeros([1, 2], 'int32'),
      maskStride: 2,
    }),
  };
  await checkNetwork(model, 'sound');
  await expect(checkNetwork(flat, 'flat')).rejects.toThrow('its masks for a test image are 1 everywhere');
});
