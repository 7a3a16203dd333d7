import * as tf from '@tensorflow/tfjs-core';
import type { ActiveEngine } from './active-engine.ts';
import { describeProcessor } from './processor.ts';
import { registerComposedKernels } from './composed-kernels.ts';

/** Activates tfjs's own JavaScript backend: slow, and the reference for the other engines. */
export async function activateCpu(): Promise<ActiveEngine> {
  const { MathBackendCPU, version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
  if (tf.findBackend('cpu') === null) tf.registerBackend('cpu', () => new MathBackendCPU(), 1);
  registerComposedKernels('cpu');
  await tf.setBackend('cpu');
  return { version, provider: 'javascript', device: describeProcessor(), onGpu: false, compiles: () => 0 };
}
