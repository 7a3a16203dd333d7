import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import type { EngineName } from '../../src-main/contract/choices.ts';
import { LacssError } from '../../src-main/contract/errors.ts';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { surveyEngines } from '../../src-main/engine/survey-engines.ts';
import { engineUnderTest } from './both-engines.ts';

let open: Engine | null = null;
afterEach(() => {
  open?.close();
  open = null;
});

/** Whether TensorFlow's library is installed here. The test covers both cases. */
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
  const chosen = open.describe().engines[0]!;
  expect(chosen).toMatchObject({ name: 'onnx', status: 'chosen', version: '1.30.0', provider: 'cpu' });
  expect(chosen.selfTest!.worstRelativeError).toBeLessThan(2e-5);
  expect(open.compiles()).toBeGreaterThan(0);
});

test('the reference agrees with the stored numbers', async () => {
  open = await openEngine('cpu');
  expect(open.describe().engines[0]!.selfTest!.worstRelativeError).toBeLessThan(1e-6);
});

test('auto takes an engine that is quick, and tells of every engine', async () => {
  open = await openEngine('auto');
  expect(['onnx', 'webgpu', 'tensorflow']).toContain(open.name);
  const report = open.describe();
  expect(report.engines.map(({ name }) => name).sort()).toEqual(['cpu', 'onnx', 'tensorflow', 'webgpu']);
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

test('what auto decided it decides again without trying every engine, and says the same', async () => {
  const first = await openEngine('auto');
  const report = first.describe();
  first.close();
  open = await openEngine('auto');
  const { engines } = open.describe();
  expect(engines.map(({ name, status, reason }) => ({ name, status, reason }))).toEqual(
    report.engines.map(({ name, status, reason }) => ({ name, status, reason })),
  );
});

test('a survey tries and measures every engine, and leaves none open', async () => {
  const { asked, chosen, engines } = await surveyEngines('onnx');
  expect({ asked, chosen }).toEqual({ asked: 'onnx', chosen: 'onnx' });
  const byName = Object.fromEntries(engines.map((facts) => [facts.name, facts])) as Record<
    EngineName,
    (typeof engines)[number]
  >;
  expect(byName.onnx).toMatchObject({ status: 'chosen', selfTest: { passed: true } });
  expect(byName.cpu).toMatchObject({ status: 'available', selfTest: { passed: true } });
  expect(byName.cpu.reason).toBe('It works. Not tried: onnx was chosen.');
  for (const { status, gflops, reason } of engines) {
    expect(status === 'unavailable' ? gflops === null : gflops! > 0).toBe(true);
    expect(reason).toMatch(/^\p{Lu}.*\.$/u);
  }
  expect(byName.onnx.gflops).toBeGreaterThan(byName.cpu.gflops!);
  for (const name of ['onnx', 'webgpu', 'cpu']) expect(tf.findBackend(name)).toBeNull();
});

test('without a GPU, webgpu fails with an understandable error and a remedy', async (context) => {
  const opened = await openEngine('webgpu').catch((error: unknown) => error);
  if (!(opened instanceof LacssError)) {
    (opened as Engine).close();
    return context.skip('This machine has a GPU');
  }
  expect(opened).toMatchObject({ code: 'engine-unavailable', subject: 'webgpu' });
  expect(opened.message).not.toMatch(/onnxruntime_src/);
  expect(opened.remedy).toMatch(/Vulkan.*--engine onnx/);
});
