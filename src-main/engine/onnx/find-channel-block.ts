import { BLOCKED_DOMAIN } from './convert-order.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { ChannelBlock } from './layout.ts';
import { OnnxSession, type HostTensor } from './native-session.ts';

/**
 * Number of channels per block for this CPU's convolutions: 8 with AVX2, 16 with AVX-512, 1 without blocks.
 * onnxruntime does not report it. The positions of two pixels in a reordered map show it.
 */
export function findChannelBlock(): ChannelBlock {
  // A number of channels that any block divides, two pixels per channel, numbered consecutively.
  const dims = [1, 32, 1, 2];
  const tensor = (data: Float32Array): HostTensor => ({ type: 'float32', dims, data, location: 'cpu' });
  const graph = new GraphBuilder();
  const x = graph.input(dims, 'float32');
  const y = graph.output(graph.node('ReorderInput', [x], {}, BLOCKED_DOMAIN), dims, 'float32');
  const blocked = tensor(new Float32Array(64));
  let session: OnnxSession;
  try {
    session = new OnnxSession(graph.encode(), { intraOpNumThreads: 1 });
  } catch {
    return 1;
  }
  try {
    session.run({ [x]: tensor(Float32Array.from({ length: 64 }, (_, i) => i)) }, { [y]: blocked });
  } catch {
    return 1;
  } finally {
    session.dispose();
  }
  // The second pixel of the first channel follows the first pixels of all channels in its block.
  const block = blocked.data.indexOf(1 as never);
  return block === 8 || block === 16 ? block : 1;
}
