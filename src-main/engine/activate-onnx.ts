import { availableParallelism, totalmem } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { findChannelBlock } from './onnx/find-channel-block.ts';
import { LazyBackend } from './onnx/lazy-backend.ts';
import { loadOnnxRuntime, type NativeSessionOptions } from './onnx/native-session.ts';
import { registerKernels } from './onnx/register-kernels.ts';
import type { ActiveEngine } from './active-engine.ts';
import { describeProcessor } from './processor.ts';

/** Compiled graphs may hold this share of the machine's memory before the least recently used ones go. */
const CACHE_SHARE = 0.2;
const SMALLEST_CACHE_BYTES = 512 * 2 ** 20;
const LARGEST_CACHE_BYTES = 4 * 2 ** 30;

/** How graphs run on this machine. */
export function sessionOptions(): NativeSessionOptions {
  return {
    intraOpNumThreads: availableParallelism(),
    extra: {
      // A thread without work watches for more for as long as most nodes of a graph take, then sleeps. Sleeping at once
      // costs a tenth of the step in waking up. Watching on (the default) costs beside other busy programs half as much
      // time again, because whoever waits keeps those from running that it waits for.
      'session.intra_op.allow_spinning': '1',
      'session.intra_op.spin_duration_us': '30',
      // Gradients run into denormal numbers, which a processor computes a hundred times slower.
      'session.set_denormal_as_zero': '1',
    },
  };
}

/** Makes the lazy onnxruntime backend the active one. */
export async function activateOnnx(): Promise<ActiveEngine> {
  const { version } = loadOnnxRuntime();
  if (tf.findBackend('onnx') === null) {
    const share = Math.min(Math.max(CACHE_SHARE * totalmem(), SMALLEST_CACHE_BYTES), LARGEST_CACHE_BYTES);
    const channelBlock = findChannelBlock();
    const options = { session: sessionOptions(), cacheBytes: share, channelBlock };
    tf.registerBackend('onnx', () => new LazyBackend(options), 2);
    registerKernels('onnx');
  }
  await tf.setBackend('onnx');
  const backend = tf.backend() as LazyBackend;
  return {
    version,
    provider: 'cpu',
    device: describeProcessor(),
    onGpu: false,
    compiles: () => backend.statistics.compiles,
  };
}
