import type { EngineName } from '../contract/choices.ts';
import { totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { ActiveEngine } from './active-engine.ts';
import type { RunnerOptions } from './onnx/graph-runner.ts';
import { LazyBackend } from './onnx/lazy-backend.ts';
import { loadOnnxRuntime } from './onnx/native-session.ts';
import { registerKernels } from './onnx/kernels/register-kernels.ts';

/**
 * Largest share of the machine's memory for compiled graphs. Beyond it the least recently used are dropped.
 */
const CACHE_SHARE = 0.2;
const SMALLEST_CACHE_BYTES = 512 * 2 ** 20;
const LARGEST_CACHE_BYTES = 4 * 2 ** 30;

/**
 * Backend names whose kernels are registered already, because tfjs can remove a backend but not its kernels.
 */
const registered = new Set<string>();

/** Activates the lazy onnxruntime backend of that name. */
export async function activateLazy(
  name: EngineName,
  options: Omit<RunnerOptions, 'cacheBytes'>,
  device: string,
  onGpu: boolean,
): Promise<ActiveEngine> {
  const { version } = loadOnnxRuntime();
  if (tf.findBackend(name) === null) {
    const cacheBytes = Math.min(
      Math.max(CACHE_SHARE * totalmem(), SMALLEST_CACHE_BYTES),
      LARGEST_CACHE_BYTES,
    );
    tf.registerBackend(name, () => new LazyBackend({ ...options, cacheBytes }), 2);
    if (!registered.has(name)) registerKernels(name);
    registered.add(name);
  }
  await tf.setBackend(name);
  const backend = tf.backend() as LazyBackend;
  const provider = options.session.executionProviders?.[0] ?? 'cpu';
  return { version, provider, device, onGpu, compiles: () => backend.statistics.compiles };
}
