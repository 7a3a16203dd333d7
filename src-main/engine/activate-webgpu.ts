import { platform } from 'node:os';
import type { ActiveEngine } from './active-engine.ts';
import { activateLazy } from './activate-lazy.ts';
import { GraphBuilder } from './onnx/graph-builder.ts';
import { OnnxSession, type NativeSessionOptions } from './onnx/native-session.ts';

const session: NativeSessionOptions = { executionProviders: ['webgpu'], intraOpNumThreads: 1 };

/**
 * Activates the lazy onnxruntime backend on a GPU.
 * @throws Error if WebGPU finds no usable GPU
 */
export async function activateWebgpu(): Promise<ActiveEngine> {
  findAdapter();
  // Channel blocks are for CPUs only.
  return activateLazy('webgpu', { session, channelBlock: 1 }, 'a GPU, through WebGPU', true);
}

/**
 * Loads a minimal graph, which onnxruntime refuses without an adapter.
 * @throws Error with an understandable message
 */
function findAdapter(): void {
  if (platform() === 'linux' && !hasVulkan()) {
    throw new Error('Vulkan (libvulkan1) is missing, which WebGPU needs to use a GPU');
  }
  const graph = new GraphBuilder();
  const x = graph.input([1], 'float32');
  graph.output(graph.node('Neg', [x]), [1], 'float32');
  try {
    new OnnxSession(graph.encode(), session).dispose();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const isMissing = /adapter|webgpu.*not (?:supported|available)/i.test(message);
    throw new Error(isMissing ? 'WebGPU finds no usable GPU' : message, { cause });
  }
}

/** Whether the system has Vulkan's library. Without this check onnxruntime first prints to the console. */
function hasVulkan(): boolean {
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (error) {
    // If the library exists, loading it as an addon fails with another error.
    return !/cannot open shared object file/.test(String(error));
  }
  return true;
}
