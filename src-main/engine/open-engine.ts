import * as tf from '@tensorflow/tfjs-core';
import { LacssError } from '../contract/errors.ts';
import type { ActiveEngine } from './active-engine.ts';
import { activateCpu } from './activate-cpu.ts';
import { activateOnnx } from './activate-onnx.ts';
import { activateTensorflow } from './activate-tensorflow.ts';
import { activateWebgpu } from './activate-webgpu.ts';
import type { EngineChoice, EngineFacts, EngineName, EngineReport } from './engine-report.ts';
import { estimateStepMs } from './estimate-step.ts';
import { registerGradients } from './gradients/register-gradients.ts';
import { measureSpeed } from './measure-speed.ts';
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

const activators: Record<EngineName, (threads?: number) => Promise<ActiveEngine>> = {
  onnx: activateOnnx,
  webgpu: activateWebgpu,
  tensorflow: activateTensorflow,
  cpu: activateCpu,
};

const remedies: Record<EngineName, string> = {
  onnx: 'Reinstall with `npm ci`; the library is part of the package for Windows, macOS and Linux.',
  webgpu:
    'It needs a graphics card with a driver for Vulkan (Linux), Direct3D 12 (Windows) or Metal (macOS); or choose --engine onnx.',
  tensorflow:
    'Install it with `npm install @tensorflow/tfjs-node-gpu` (NVIDIA) or `npm install @tensorflow/tfjs-node`, or choose --engine onnx.',
  cpu: 'Reinstall with `npm ci`.',
};

/** What came of trying an engine: what is known of it, and the engine where it can be used. */
interface Trial {
  facts: EngineFacts;
  active: ActiveEngine | null;
}

/** What `auto` decided before in this process: machines change their cards rarely. */
let decided: { name: EngineName; facts: EngineFacts[] } | null = null;

/**
 * Opens a compute engine: registers its tfjs backend, tries it with a small training step against stored numbers, and
 * makes it the active backend.
 * @param choice `auto` takes TensorFlow where it has a graphics card; else a card through WebGPU where a training step is
 *   reckoned to be faster than on the processor, else onnx, and the slow `cpu` only when nothing else passes. A name takes that engine
 *   or nothing.
 * @param options.threads that `onnx` asked for by name may compute with. @default one a core
 * @throws LacssError 'engine-unavailable' where the engine asked for cannot be loaded or fails its self-test.
 */
export async function openEngine(
  choice: EngineChoice = 'auto',
  { threads }: { threads?: number } = {},
): Promise<Engine> {
  // Without it tfjs advertises itself on the console and checks every call twice.
  tf.env().set('PROD', true);
  if (choice === 'auto') return openFastest();
  const { facts, active } = await tryEngine(choice, { threads });
  if (active === null) throw unavailable(facts);
  return engine(choice, { ...facts, status: 'chosen' }, active, []);
}

/** The fastest engine that works. */
async function openFastest(): Promise<Engine> {
  if (decided !== null) {
    const { facts, active } = await tryEngine(decided.name);
    const known = decided.facts.find(({ name }) => name === facts.name)!;
    if (active !== null) {
      const others = decided.facts.filter((other) => other !== known);
      return engine('auto', { ...known, selfTest: facts.selfTest }, active, others);
    }
    decided = null;
  }
  const passedOver: EngineFacts[] = [];
  const take = ({ facts, active }: Trial, reason = facts.reason): Engine => {
    const chosen: EngineFacts = { ...facts, status: 'chosen', reason };
    decided = { name: facts.name, facts: [chosen, ...passedOver] };
    return engine('auto', chosen, active!, passedOver);
  };
  const tensorflow = await tryEngine('tensorflow', { onlyOnGpu: true });
  if (tensorflow.active !== null) return take(tensorflow);
  passedOver.push(tensorflow.facts);

  const card = await tryEngine('webgpu');
  const cardMs = await measured(card);
  const processor = await tryEngine('onnx');
  const processorMs = await measured(processor);
  if (cardMs < processorMs) {
    tf.removeBackend('onnx');
    await tf.setBackend('webgpu');
    passedOver.push(slower(processor.facts, processorMs, card.facts, cardMs));
    return take(card, 'It passed its self-test and is the fastest here.');
  }
  if (card.active !== null) {
    tf.removeBackend('webgpu');
    if (processor.active !== null) await tf.setBackend('onnx');
  }
  passedOver.push(slower(card.facts, cardMs, processor.facts, processorMs));
  if (processor.active !== null) return take(processor);
  passedOver.push(processor.facts);
  const slow = await tryEngine('cpu');
  if (slow.active !== null) return take(slow);
  throw unavailable(processor.facts);
}

/** Measures the engine that has just been tried: about how long a training step takes it, Infinity where it cannot be used. */
async function measured({ facts, active }: Trial): Promise<number> {
  if (active === null) return Infinity;
  facts.gflops = await measureSpeed();
  return estimateStepMs(facts.gflops);
}

/** @param facts of the engine that is passed over for `chosen` */
function slower(facts: EngineFacts, stepMs: number, chosen: EngineFacts, chosenMs: number): EngineFacts {
  if (facts.status === 'unavailable') return facts;
  const [own, other] = [stepMs, chosenMs].map((ms) => Number((ms / 1000).toPrecision(2)));
  return {
    ...facts,
    reason: `It works, but a training step would take longer than with ${chosen.name} here: about ${own} s beside ${other}.`,
  };
}

/** Activates and tries an engine, and tells what came of it; where it cannot be used it is not left behind. */
async function tryEngine(
  name: EngineName,
  { onlyOnGpu = false, threads }: { onlyOnGpu?: boolean; threads?: number | undefined } = {},
): Promise<Trial> {
  const unknown = { name, version: null, provider: null, device: null, selfTest: null, gflops: null };
  let active: ActiveEngine;
  try {
    active = await activators[name](threads);
    // Only now: loading TensorFlow registers gradients of its own for all engines, some of them wrong.
    registerGradients();
  } catch (error) {
    const reason = `It could not be loaded: ${firstLine(error)}.`;
    return { facts: { ...unknown, status: 'unavailable', reason }, active: null };
  }
  const { version, provider, device } = active;
  const known = { ...unknown, version, provider, device };
  if (onlyOnGpu && !active.onGpu) {
    const reason =
      'It finds no graphics card it can use, and on the processor onnx takes a third of the time for a step.';
    return { facts: { ...known, status: 'available', reason }, active: null };
  }
  try {
    const result = await selfTest();
    if (result.passed) {
      const reason = 'It passed its self-test.';
      return { facts: { ...known, status: 'available', reason, selfTest: result }, active };
    }
    const reason = `Its self-test differs from the stored numbers by ${result.worstRelativeError.toExponential(1)}.`;
    return { facts: { ...known, status: 'unavailable', reason, selfTest: result }, active: null };
  } catch (error) {
    const reason = `Its self-test failed: ${firstLine(error)}.`;
    return { facts: { ...known, status: 'unavailable', reason }, active: null };
  }
}

/**
 * @param chosen with status 'chosen'
 * @param others that were tried and not taken
 */
function engine(
  choice: EngineChoice,
  chosen: EngineFacts,
  active: ActiveEngine,
  others: readonly EngineFacts[],
): Engine {
  const { name } = chosen;
  const tried = new Set([name, ...others.map((fact) => fact.name)]);
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
      gflops: null,
    }));
  const { version, provider, device, compiles } = active;
  const report: EngineReport = { asked: choice, chosen: name, engines: [chosen, ...others, ...untried] };
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

function unavailable({ name, reason }: EngineFacts): LacssError {
  return new LacssError('engine-unavailable', `The ${name} engine cannot be used. ${reason}`, {
    subject: name,
    remedy: remedies[name],
  });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0].replace(/[.\s]+$/, '');
}
