import { platform } from 'node:os';
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

/**
 * Loads the smallest of graphs, which onnxruntime refuses without an adapter.
 * @throws Error in a person's words
 */
function findAdapter(): void {
  if (platform() === 'linux' && !hasVulkan()) {
    throw new Error('there is no Vulkan (libvulkan1), through which WebGPU would reach a graphics card');
  }
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

/** Whether the system finds Vulkan's library. onnxruntime would complain on the console before it says so. */
function hasVulkan(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (error) {
    // Loaded, it is refused as an addon.
    return !/cannot open shared object file/.test(String(error));
  }
  return true;
}
