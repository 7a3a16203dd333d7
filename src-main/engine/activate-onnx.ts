import { availableParallelism } from 'node:os';
import type { ActiveEngine } from './active-engine.ts';
import { activateLazy } from './activate-lazy.ts';
import { findChannelBlock } from './onnx/find-channel-block.ts';
import type { NativeSessionOptions } from './onnx/native-session.ts';
import { describeProcessor } from './processor.ts';

/** How graphs run on this machine, with so many threads. */
export function sessionOptions(threads = availableParallelism()): NativeSessionOptions {
  return {
    intraOpNumThreads: threads,
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

/** Makes the lazy onnxruntime backend the active one. @param threads that compute; one a core, where it is not said */
export async function activateOnnx(threads?: number): Promise<ActiveEngine> {
  const options = { session: sessionOptions(threads), channelBlock: findChannelBlock() };
  return activateLazy('onnx', options, describeProcessor(), false);
}
