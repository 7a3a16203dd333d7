import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { ActiveEngine } from './active-engine.ts';
import { registerComposedKernels } from './composed-kernels.ts';
import { describeProcessor } from './processor.ts';

/** The packages that provide TensorFlow, the one for GPUs first. Both are optional. */
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** Node-API versions with a build of tfjs-node 4.22. */
const napiVersions = [8, 9, 10, 3] as const;

interface TensorflowPackage {
  version?: Record<string, string>;
}

type TensorflowBackend = tf.KernelBackend & {
  isUsingGpuDevice?: boolean;
  binding?: { TF_Version?: string };
};

/** tfjs-node 4.22 calls functions of `node:util` that Node 23 removed. */
function restoreUtil(): void {
  const removed = {
    isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
    isNull: (value: unknown): boolean => value === null,
    isUndefined: (value: unknown): boolean => value === undefined,
    isArray: (value: unknown): boolean => Array.isArray(value),
    isString: (value: unknown): boolean => typeof value === 'string',
    isNumber: (value: unknown): boolean => typeof value === 'number',
    isObject: (value: unknown): boolean => typeof value === 'object' && value !== null,
  };
  const present = util as unknown as Record<string, unknown>;
  for (const [name, check] of Object.entries(removed)) present[name] ??= check;
}

/** Whether a package is installed with its native library; much faster than a failed load. */
function hasLibrary(name: string): boolean {
  const require = createRequire(import.meta.url);
  return napiVersions.some((version) => {
    try {
      require.resolve(`${name}/lib/napi-v${version}/tfjs_binding.node`);
      return true;
    } catch {
      return false;
    }
  });
}

async function loadPackage(): Promise<TensorflowPackage> {
  const name = packages.find(hasLibrary);
  if (name === undefined)
    throw new Error('TensorFlow is not installed, or its library could not be downloaded');
  restoreUtil();
  return (await import(name)) as TensorflowPackage;
}

/** The package's factory for its backend. */
let makeBackend: (() => tf.KernelBackend | Promise<tf.KernelBackend>) | null = null;

/** The package registers its backend only when first loaded, and closing the engine removes it. */
function registerAgain(): void {
  makeBackend ??= tf.findBackendFactory('tensorflow');
  if (!tf.engine().backendNames().includes('tensorflow')) tf.registerBackend('tensorflow', makeBackend);
}

/**
 * Activates TensorFlow's native library as the backend.
 * @throws Error if neither package is installed, or its library is missing.
 */
export async function activateTensorflow(): Promise<ActiveEngine> {
  const loaded = await loadPackage();
  registerAgain();
  registerComposedKernels('tensorflow');
  await tf.setBackend('tensorflow');
  const backend = tf.backend() as TensorflowBackend;
  const onGpu = backend.isUsingGpuDevice === true;
  return {
    version: backend.binding?.TF_Version ?? loaded.version?.['tfjs-node'] ?? tf.version_core,
    provider: onGpu ? 'cuda' : 'cpu',
    device: onGpu ? 'NVIDIA GPU' : describeProcessor(),
    onGpu,
    compiles: () => 0,
  };
}
