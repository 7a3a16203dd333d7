import { itemAt } from '../contract/elements.ts';
import type { EngineChoice, EngineName } from '../contract/choices.ts';
import * as tf from '@tensorflow/tfjs-core';
import { LacssError } from '../contract/errors.ts';
import type { ActiveEngine } from './active-engine.ts';
import { activateCpu } from './activate-cpu.ts';
import { activateOnnx } from './activate-onnx.ts';
import { activateTensorflow } from './activate-tensorflow.ts';
import { activateWebgpu } from './activate-webgpu.ts';
import type { EngineFacts, EngineReport } from './engine-report.ts';
import { estimateStepMs } from './estimate-step.ts';
import { registerGradients } from './gradients/register-gradients.ts';
import { measureSpeed } from './measure-speed.ts';
import { selfTest } from './self-test.ts';

/** An open engine: its tfjs backend is active and computes every tfjs op until `close`. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  readonly provider: string;
  readonly device: string;
  /** Lists every engine on this machine, and why this one was chosen. */
  describe(): EngineReport;
  /** Number of graphs compiled since the start; a warm training step compiles none. */
  compiles(): number;
  /** Frees what the engine holds, including all tensors made on it. */
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
    'It needs a GPU with a driver for Vulkan (Linux), Direct3D 12 (Windows) or Metal (macOS). Or choose --engine onnx.',
  tensorflow:
    'Install its library with `npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false`. Or choose --engine onnx.',
  cpu: 'Reinstall with `npm ci`.',
};

/** Result of trying an engine: its facts, and the engine itself if it is usable. */
interface EngineTrial {
  facts: EngineFacts;
  active: ActiveEngine | null;
}

/** The earlier decision of `auto` in this process: GPUs rarely change. */
let decided: { name: EngineName; facts: EngineFacts[] } | null = null;

/**
 * Opens a compute engine: registers its tfjs backend, runs a small training step against stored numbers, and
 * makes it the active backend.
 * @param choice `auto` prefers TensorFlow with a GPU. Next is a GPU through WebGPU, if the estimated training
 *   step is faster than on the CPU. Next is onnx; the slow `cpu` only if nothing else passes. A name selects
 *   that engine or fails.
 * @param options.threads for `onnx` chosen by name. @default one per core
 * @throws LacssError 'engine-unavailable' if the chosen engine cannot be loaded or fails its self-test.
 */
export async function openEngine(
  choice: EngineChoice = 'auto',
  { threads }: { threads?: number } = {},
): Promise<Engine> {
  // Otherwise tfjs prints an advertisement and checks every call twice.
  tf.env().set('PROD', true);
  if (choice === 'auto') return openFastest();
  const { facts, active } = await tryEngine(choice, { threads });
  if (active === null) throw unavailable(facts);
  return engine(choice, { ...facts, status: 'chosen' }, active, []);
}

/** Opens the fastest working engine. */
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
  const take = ({ facts, active }: EngineTrial, reason = facts.reason): Engine => {
    const chosen: EngineFacts = { ...facts, status: 'chosen', reason };
    decided = { name: facts.name, facts: [chosen, ...passedOver] };
    return engine('auto', chosen, active!, passedOver);
  };
  const tensorflow = await tryEngine('tensorflow', { onlyOnGpu: true });
  if (tensorflow.active !== null) return take(tensorflow);
  passedOver.push(tensorflow.facts);

  const onGpu = await tryEngine('webgpu');
  const gpuMs = await measured(onGpu);
  const onCpu = await tryEngine('onnx');
  const cpuMs = await measured(onCpu);
  if (gpuMs < cpuMs) {
    tf.removeBackend('onnx');
    await tf.setBackend('webgpu');
    passedOver.push(slower(onCpu.facts, cpuMs, onGpu.facts, gpuMs));
    return take(onGpu, 'It passed its self-test and is the fastest here.');
  }
  if (onGpu.active !== null) {
    tf.removeBackend('webgpu');
    if (onCpu.active !== null) await tf.setBackend('onnx');
  }
  passedOver.push(slower(onGpu.facts, gpuMs, onCpu.facts, cpuMs));
  if (onCpu.active !== null) return take(onCpu);
  passedOver.push(onCpu.facts);
  const slow = await tryEngine('cpu');
  if (slow.active !== null) return take(slow);
  throw unavailable(onCpu.facts);
}

/** Measures the engine just tried: approximate duration of a training step, Infinity if it is not usable. */
async function measured({ facts, active }: EngineTrial): Promise<number> {
  if (active === null) return Infinity;
  facts.gflops = await measureSpeed();
  return estimateStepMs(facts.gflops);
}

/** @param facts of the engine that is rejected in favour of `chosen` */
function slower(facts: EngineFacts, stepMs: number, chosen: EngineFacts, chosenMs: number): EngineFacts {
  if (facts.status === 'unavailable') return facts;
  const [own, other] = [stepMs, chosenMs].map((ms) => Number((ms / 1000).toPrecision(2)));
  return {
    ...facts,
    reason: `It works, but a training step would take longer here than with ${chosen.name}: about ${own} s compared with ${other}.`,
  };
}

/** Activates and tries an engine and reports the result. An engine that is not usable is removed again. */
async function tryEngine(
  name: EngineName,
  { onlyOnGpu = false, threads }: { onlyOnGpu?: boolean; threads?: number | undefined } = {},
): Promise<EngineTrial> {
  const unknown = { name, version: null, provider: null, device: null, selfTest: null, gflops: null };
  let active: ActiveEngine;
  try {
    active = await activators[name](threads);
    // Only now: loading TensorFlow registers its own gradients for all engines, and some are wrong.
    registerGradients();
  } catch (error) {
    const reason = `It could not be loaded: ${firstLine(error)}.`;
    return { facts: { ...unknown, status: 'unavailable', reason }, active: null };
  }
  const { version, provider, device } = active;
  const known = { ...unknown, version, provider, device };
  if (onlyOnGpu && !active.onGpu) {
    const reason = 'It finds no usable GPU. On the CPU, onnx needs a third of the time per step.';
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
 * @param others engines that were tried and rejected
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
      reason: choice === 'auto' ? `Not needed: ${name} works.` : `Not tried: ${choice} was chosen.`,
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
  return itemAt((error instanceof Error ? error.message : String(error)).split('\n'), 0).replace(
    /[.\s]+$/,
    '',
  );
}
