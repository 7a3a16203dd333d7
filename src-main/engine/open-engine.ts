import * as tf from '@tensorflow/tfjs-core';
import { LacssError } from '../contract/errors.ts';
import type { ActiveEngine } from './active-engine.ts';
import { activateCpu } from './activate-cpu.ts';
import { activateOnnx } from './activate-onnx.ts';
import { activateTensorflow } from './activate-tensorflow.ts';
import type { EngineChoice, EngineFacts, EngineName, EngineReport } from './engine-report.ts';
import { registerGradients } from './gradients/register-gradients.ts';
import { selfTest } from './self-test.ts';

/** An open engine: its tfjs backend is active, and computes every tfjs op until `close`. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  readonly provider: string;
  readonly device: string;
  /** Every engine on this machine, and why this one was chosen. */
  describe(): EngineReport;
  /** Number of graphs compiled so far; a warm training step compiles none. */
  compiles(): number;
  /** Frees what the engine holds. Tensors made on it are gone. */
  close(): void;
}

const activators: Record<EngineName, () => Promise<ActiveEngine>> = {
  onnx: activateOnnx,
  tensorflow: activateTensorflow,
  cpu: activateCpu,
};

const remedies: Record<EngineName, string> = {
  onnx: 'Reinstall with `npm ci`; the library is part of the package for Windows, macOS and Linux.',
  tensorflow:
    'Install it with `npm install @tensorflow/tfjs-node-gpu` (NVIDIA) or `npm install @tensorflow/tfjs-node`, or choose --engine onnx.',
  cpu: 'Reinstall with `npm ci`.',
};

/**
 * Opens a compute engine: registers its tfjs backend, tries it with a small training step against stored numbers, and
 * makes it the active backend.
 * @param choice `auto` takes TensorFlow where it has a graphics card, else onnx, and the slow `cpu` only when nothing
 *   else passes; a name takes that engine or nothing.
 * @throws LacssError 'engine-unavailable' where the engine asked for cannot be loaded or fails its self-test.
 */
export async function openEngine(choice: EngineChoice = 'auto'): Promise<Engine> {
  // Without it tfjs advertises itself on the console and checks every call twice.
  tf.env().set('PROD', true);
  const order: EngineName[] = choice === 'auto' ? ['tensorflow', 'onnx', 'cpu'] : [choice];
  const facts: EngineFacts[] = [];
  for (const name of order) {
    const active = await tryEngine(name, facts, choice === 'auto' && name === 'tensorflow');
    if (active !== null) return engine(choice, name, active, facts);
  }
  const [{ reason }] = facts;
  throw new LacssError('engine-unavailable', `The ${order[0]} engine cannot be used. ${reason}`, {
    subject: order[0],
    remedy: remedies[order[0]],
  });
}

/** Activates and tries an engine; writes down what came of it. */
async function tryEngine(
  name: EngineName,
  facts: EngineFacts[],
  onlyOnGpu: boolean,
): Promise<ActiveEngine | null> {
  let active: ActiveEngine;
  try {
    active = await activators[name]();
    // Only now: loading TensorFlow registers gradients of its own for all engines, some of them wrong.
    registerGradients();
  } catch (error) {
    const reason = `It could not be loaded: ${firstLine(error)}.`;
    facts.push({
      name,
      version: null,
      provider: null,
      device: null,
      status: 'unavailable',
      reason,
      selfTest: null,
    });
    return null;
  }
  const { version, provider, device } = active;
  const known = { name, version, provider, device };
  if (onlyOnGpu && !active.onGpu) {
    const reason = 'It finds no graphics card it can use, and on the processor the onnx engine is faster.';
    facts.push({ ...known, status: 'available', reason, selfTest: null });
    return null;
  }
  try {
    const result = await selfTest();
    if (result.passed) {
      facts.push({ ...known, status: 'chosen', reason: 'It passed its self-test.', selfTest: result });
      return active;
    }
    const reason = `Its self-test differs from the stored numbers by ${result.worstRelativeError.toExponential(1)}.`;
    facts.push({ ...known, status: 'unavailable', reason, selfTest: result });
  } catch (error) {
    const reason = `Its self-test failed: ${firstLine(error)}.`;
    facts.push({ ...known, status: 'unavailable', reason, selfTest: null });
  }
  return null;
}

function engine(choice: EngineChoice, name: EngineName, active: ActiveEngine, facts: EngineFacts[]): Engine {
  const tried = new Set(facts.map((fact) => fact.name));
  const untried = (Object.keys(activators) as EngineName[])
    .filter((other) => !tried.has(other))
    .map((other): EngineFacts => ({
      name: other,
      version: null,
      provider: null,
      device: null,
      status: 'not tried',
      reason: choice === 'auto' ? `Not needed: ${name} works.` : `Not tried: ${choice} was asked for.`,
      selfTest: null,
    }));
  const { version, provider, device, compiles } = active;
  const chosenFirst = [
    ...facts.filter((fact) => fact.status === 'chosen'),
    ...facts.filter((fact) => fact.status !== 'chosen'),
  ];
  const report: EngineReport = { asked: choice, chosen: name, engines: [...chosenFirst, ...untried] };
  return {
    name,
    version,
    provider,
    device,
    describe: () => structuredClone(report),
    compiles,
    close: () => {
      tf.removeBackend(name);
    },
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0].replace(/[.\s]+$/, '');
}
