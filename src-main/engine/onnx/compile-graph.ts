import { countFlop } from './count-flop.ts';
import { Emitter, type GraphTarget } from './emitter.ts';
import { GraphBuilder } from './graph-builder.ts';
import { isBlocked, physicalShape, unblocked, type ChannelBlock, type Order } from './layout.ts';
import { OnnxSession, type NativeSessionOptions } from './native-session.ts';
import type { CompiledGraph, Port } from './session-cache.ts';
import type { RecordedCall, Slot } from './slot.ts';
import { closed, type Form, type Value } from './value.ts';

/** Below this size a graph runs on the calling thread alone. */
const ONE_THREAD_BYTES = 512 * 1024;
/** So few numbers are brought to the host with the run: they are losses and counts, which somebody is waiting for. */
export const FEW_NUMBERS = 64;

/** Where tensors enter and leave a graph. */
type GraphPorts = Pick<CompiledGraph, 'inputs'> & { outputs: readonly Port[] };

/**
 * Writes recorded calls as one ONNX graph and loads it.
 * @param calls in the order of recording.
 * @param leaves the slots that hold numbers already: the inputs of the graph.
 * @param roots the slots somebody will want: its outputs.
 * @param block channels in a block, as findChannelBlock tells it.
 */
export function compileGraph(
  calls: readonly RecordedCall[],
  leaves: readonly Slot[],
  roots: readonly Slot[],
  options: NativeSessionOptions,
  block: ChannelBlock,
): CompiledGraph {
  const target = options.executionProviders?.includes('webgpu') === true ? 'webgpu' : 'processor';
  const { graph, inputs, outputs } = buildGraph(calls, leaves, roots, block, target);
  if (target === 'processor') graph.endOfOutputs();
  const model = graph.encode();
  const bytes = model.length + peakBytes(calls);
  // Every session owns its threads: a graph too small to share out work does without.
  const threads = bytes < ONE_THREAD_BYTES ? { intraOpNumThreads: 1 } : {};
  const places = outputs.map(({ name }, i) => {
    const { dtype, size } = roots[i];
    return [name, dtype === 'float32' && size > FEW_NUMBERS ? 'gpu-buffer' : 'cpu'] as const;
  });
  const location = target === 'webgpu' ? { preferredOutputLocation: Object.fromEntries(places) } : {};
  return {
    session: new OnnxSession(model, { ...options, ...threads, ...location }),
    inputs,
    outputs,
    onCard: target === 'webgpu',
    bytes,
    flop: countFlop(calls),
  };
}

/**
 * The graph of recorded calls as an encoded ONNX ModelProto, with the names and axis orders of its ports, and with no
 * operator that other machines might not know.
 */
export function writeGraph(
  calls: readonly RecordedCall[],
  leaves: readonly Slot[],
  roots: readonly Slot[],
): GraphPorts & { model: Uint8Array } {
  const { graph, ...ports } = buildGraph(calls, leaves, roots, 1, 'anywhere');
  return { model: graph.encode(), ...ports };
}

function buildGraph(
  calls: readonly RecordedCall[],
  leaves: readonly Slot[],
  roots: readonly Slot[],
  block: ChannelBlock,
  target: GraphTarget,
): GraphPorts & { graph: GraphBuilder } {
  const graph = new GraphBuilder();
  const emitter = new Emitter(graph, block, target);
  const values = new Map<Slot, Value>();
  const inputs: { name: string; leaf: number; order: Order; dims: readonly number[] }[] = [];
  leaves.forEach(({ shape, dtype, order: lies }, leaf) => {
    // The first who reads a leaf decides in which order it enters: a filter then needs no transposition in any step.
    const make = (wished: Order): Form => {
      // In blocks only what is known to stay in them: filters. A map that another graph made will be made so again.
      const plain = isBlocked(wished) && !wished.startsWith('filter/') ? unblocked(wished) : wished;
      const order = lies === 'channels-first' ? lies : plain;
      const name = emitter.input(shape, dtype, order);
      inputs.push({ name, leaf, order, dims: physicalShape(shape, order) });
      return { name, order };
    };
    values.set(leaves[leaf], { kind: 'pending', shape, dtype, forms: new Map(), make });
  });
  const shared = readSeveralTimes(calls, roots);
  const parts = new Map<Slot, string>();
  for (const { kernel, attributes, inputs: slots, inputShapes, outputs, part } of calls) {
    // What reads no weight belongs to the part whose result it reads.
    graph.part = part || (slots.map((slot) => parts.get(slot) ?? '').find((name) => name !== '') ?? '');
    for (const slot of outputs) parts.set(slot, graph.part);
    const operands = slots.map((slot, i) => emitter.reshaped(values.get(slot)!, inputShapes[i]));
    const results = kernel.emit(emitter, operands, attributes, outputs);
    // What several read is written once: no reader may make it part of something else.
    outputs.forEach((slot, i) => {
      values.set(slot, shared.has(slot) ? closed(results[i]) : results[i]);
    });
  }
  const outputs = roots.map((root) => {
    graph.part = parts.get(root) ?? '';
    const { name, order, dims } = emitter.result(values.get(root)!);
    return { name: graph.output(name, dims, root.dtype), order, dims };
  });
  return { graph, inputs, outputs };
}

/** The slots that more than one call reads, or that are read and an output besides. */
function readSeveralTimes(calls: readonly RecordedCall[], roots: readonly Slot[]): Set<Slot> {
  const read = new Set<Slot>();
  const several = new Set<Slot>();
  for (const slot of [...calls.flatMap(({ inputs }) => inputs), ...roots])
    (read.has(slot) ? several : read).add(slot);
  return several;
}

/** The largest number of bytes alive at once when the calls run in order: what the session's arena will come to. */
function peakBytes(calls: readonly RecordedCall[]): number {
  const lastReader = new Map<Slot, number>();
  calls.forEach((call, i) => {
    for (const slot of [...call.inputs, ...call.outputs]) lastReader.set(slot, i);
  });
  const dying = calls.map((): number => 0);
  let alive = 0;
  let peak = 0;
  calls.forEach((call, i) => {
    for (const slot of call.outputs) {
      const bytes = slot.size * (slot.dtype === 'bool' ? 1 : 4);
      alive += bytes;
      dying[lastReader.get(slot)!] += bytes;
    }
    peak = Math.max(peak, alive);
    alive -= dying[i];
  });
  return peak;
}
