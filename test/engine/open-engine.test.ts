import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { engineUnderTest } from './both-engines.ts';

let open: Engine | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

/** Whether TensorFlow's library is installed here; both cases are right. */
async function hasTensorflow(): Promise<boolean> {
  try {
    (await openEngine('tensorflow')).close();
    return true;
  } catch {
    return false;
  }
}

test('onnx passes its self-test and says so', async () => {
  open = await openEngine('onnx');
  expect(open.name).toBe('onnx');
  expect(tf.getBackend()).toBe('onnx');
  const [chosen] = open.describe().engines;
  expect(chosen).toMatchObject({ name: 'onnx', status: 'chosen', version: '1.30.0', provider: 'cpu' });
  expect(chosen.selfTest!.worstRelativeError).toBeLessThan(2e-5);
  expect(open.compiles()).toBeGreaterThan(0);
});

test('the reference agrees with the stored numbers', async () => {
  open = await openEngine('cpu');
  expect(open.describe().engines[0].selfTest!.worstRelativeError).toBeLessThan(1e-6);
});

test('auto takes an engine that is quick, and tells of every engine', async () => {
  open = await openEngine('auto');
  expect(['onnx', 'tensorflow']).toContain(open.name);
  const report = open.describe();
  expect(report.engines.map(({ name }) => name).sort()).toEqual(['cpu', 'onnx', 'tensorflow']);
  expect(report.engines[0]).toMatchObject({ name: open.name, status: 'chosen' });
  for (const { reason } of report.engines) expect(reason).toMatch(/^\p{Lu}.*\.$/u);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('an engine that is forced and not there is refused with a way out', async (context) => {
  if (await hasTensorflow()) context.skip('TensorFlow is installed here');
  const refusal: unknown = await openEngine('tensorflow').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(LacssError);
  expect(refusal).toMatchObject({ code: 'engine-unavailable', subject: 'tensorflow' });
  expect((refusal as LacssError).remedy).toMatch(/--engine onnx/);
});

test('closed and opened again', async () => {
  (await openEngine(engineUnderTest)).close();
  expect(tf.findBackend(engineUnderTest)).toBeNull();
  open = await openEngine(engineUnderTest);
  expect(Array.from(tf.square(tf.tensor1d([3])).dataSync())).toEqual([9]);
});
