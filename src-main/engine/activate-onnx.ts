import { availableParallelism } from 'node:os';
import type { ActiveEngine } from './active-engine.ts';
import { activateLazy } from './activate-lazy.ts';
import { findChannelBlock } from './onnx/find-channel-block.ts';
import type { NativeSessionOptions } from './onnx/native-session.ts';
import { describeProcessor } from './processor.ts';

/** Session options for this machine with the given number of threads. */
export function sessionOptions(threads = availableParallelism()): NativeSessionOptions {
  return {
    intraOpNumThreads: threads,
    extra: {
      // An idle thread spins for about the duration of a typical node, then sleeps. Without spinning, a step
      // takes a tenth longer, to wake the threads. With unlimited spinning (the default), a step takes half
      // as long again while other programs compute. Waiting threads then take CPU time from working ones.
      'session.intra_op.allow_spinning': '1',
      'session.intra_op.spin_duration_us': '30',
      // Gradients underflow to denormal numbers, which a CPU computes a hundred times slower.
      'session.set_denormal_as_zero': '1',
    },
  };
}

/** Activates the lazy onnxruntime backend. @param threads number of threads. @default one per core */
export async function activateOnnx(threads?: number): Promise<ActiveEngine> {
  const options = { session: sessionOptions(threads), channelBlock: findChannelBlock() };
  return activateLazy('onnx', options, describeProcessor(), false);
}
