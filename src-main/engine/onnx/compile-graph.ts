import { itemAt, numberAt } from '../../contract/elements.ts';
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
/** Outputs of at most this size are downloaded with the run: losses and counts that a caller waits for. */
export const FEW_NUMBERS = 64;

/** The inputs and outputs of a graph. */
type GraphPorts = Pick<CompiledGraph, 'inputs'> & { outputs: readonly Port[] };

/**
 * Writes recorded calls as one ONNX graph and loads it.
 * @param calls in the order of recording.
 * @param leaves the slots that already hold numbers: the graph's inputs.
 * @param roots the slots read later: the graph's outputs.
 * @param block channels per block, from findChannelBlock.
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
  // Every session has its own threads. A graph too small to parallelise needs none.
  const threads = bytes < ONE_THREAD_BYTES ? { intraOpNumThreads: 1 } : {};
  const places = outputs.map(({ name }, i) => {
    const { dtype, size } = itemAt(roots, i);
    return [name, dtype === 'float32' && size > FEW_NUMBERS ? 'gpu-buffer' : 'cpu'] as const;
  });
  const location = target === 'webgpu' ? { preferredOutputLocation: Object.fromEntries(places) } : {};
  return {
    session: new OnnxSession(model, { ...options, ...threads, ...location }),
    inputs,
    outputs,
    onGpu: target === 'webgpu',
    bytes,
    flop: countFlop(calls),
  };
}

/**
 * The graph of recorded calls as an encoded ONNX ModelProto, with names and axis orders of its ports. It uses
 * only operators available on other machines.
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
    // The first reader of a leaf determines its input order. A filter then needs no transposition at any
    // step.
    const make = (wished: Order): Form => {
      // Only filters keep the blocked layout. Feature maps from another graph will arrive in the same layout.
      const plain = isBlocked(wished) && !wished.startsWith('filter/') ? unblocked(wished) : wished;
      const order = lies === 'channels-first' ? lies : plain;
      const name = emitter.input(shape, dtype, order);
      inputs.push({ name, leaf, order, dims: physicalShape(shape, order) });
      return { name, order };
    };
    values.set(itemAt(leaves, leaf), { kind: 'pending', shape, dtype, forms: new Map(), make });
  });
  const shared = readSeveralTimes(calls, roots);
  const parts = new Map<Slot, string>();
  for (const { kernel, attributes, inputs: slots, inputShapes, outputs, part } of calls) {
    // A call that reads no weight belongs to the part whose result it reads.
    graph.part = part || (slots.map((slot) => parts.get(slot) ?? '').find((name) => name !== '') ?? '');
    for (const slot of outputs) parts.set(slot, graph.part);
    const operands = slots.map((slot, i) => emitter.reshaped(values.get(slot)!, itemAt(inputShapes, i)));
    const results = kernel.emit(emitter, operands, attributes, outputs);
    // A value with several readers is written once, so no reader may fuse it.
    outputs.forEach((slot, i) => {
      values.set(slot, shared.has(slot) ? closed(itemAt(results, i)) : itemAt(results, i));
    });
  }
  const outputs = roots.map((root) => {
    graph.part = parts.get(root) ?? '';
    const { name, order, dims } = emitter.result(values.get(root)!);
    return { name: graph.output(name, dims, root.dtype), order, dims };
  });
  return { graph, inputs, outputs };
}

/** The slots that several calls read, or that are both read and an output. */
function readSeveralTimes(calls: readonly RecordedCall[], roots: readonly Slot[]): Set<Slot> {
  const read = new Set<Slot>();
  const several = new Set<Slot>();
  for (const slot of [...calls.flatMap(({ inputs }) => inputs), ...roots])
    (read.has(slot) ? several : read).add(slot);
  return several;
}

/** Peak number of bytes alive when the calls run in order: the expected size of the session's arena. */
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
      const last = lastReader.get(slot)!;
      dying[last] = numberAt(dying, last) + bytes;
    }
    peak = Math.max(peak, alive);
    alive -= numberAt(dying, i);
  });
  return peak;
}
