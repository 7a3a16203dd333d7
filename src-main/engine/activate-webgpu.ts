import type { ActiveEngine } from './active-engine.ts';
import { activateLazy } from './activate-lazy.ts';
import { GraphBuilder } from './onnx/graph-builder.ts';
import { OnnxSession, type NativeSessionOptions } from './onnx/native-session.ts';

const session: NativeSessionOptions = { executionProviders: ['webgpu'], intraOpNumThreads: 1 };

/**
 * Makes the lazy onnxruntime backend on a graphics card the active one.
 * @throws Error where there is no card that WebGPU can use
 */
export async function activateWebgpu(): Promise<ActiveEngine> {
  findAdapter();
  // Blocks of channels are made for processors.
  return activateLazy('webgpu', { session, channelBlock: 1 }, 'a graphics card, through WebGPU', true);
}

/** Loads the smallest of graphs, which onnxruntime refuses without an adapter. */
function findAdapter(): void {
  const graph = new GraphBuilder();
  const x = graph.input([1], 'float32');
  graph.output(graph.node('Neg', [x]), [1], 'float32');
  try {
    new OnnxSession(graph.encode(), session).dispose();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const isMissing = /adapter|webgpu.*not (?:supported|available)/i.test(message);
    throw new Error(isMissing ? 'there is no graphics card that WebGPU can use' : message, { cause });
  }
}
