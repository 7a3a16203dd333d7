import {
  DataStorage,
  engine,
  KernelBackend,
  type BackendValues,
  type DataId,
  type DataType,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { LacssError } from '../../contract/errors.ts';
import { BufferPool } from './buffer-pool.ts';
import { compileGraph } from './compile-graph.ts';
import type { Dtype } from './graph-builder.ts';
import { asDtype, orderedInputs, type Kernel, type TensorSpec } from './kernels/kernel.ts';
import { reorder, sameInMemory, sizeOf, type ChannelBlock } from './layout.ts';
import type { NativeSessionOptions, NativeTensor } from './native-session.ts';
import { SessionCache, type CompiledGraph } from './session-cache.ts';
import type { HostArray, RecordedCall, Slot } from './slot.ts';

/** What the backend has done so far. */
export interface LazyStatistics {
  /** Graphs compiled. */
  compiles: number;
  compileMs: number;
  /** Graphs run, and the time spent inside onnxruntime. */
  runs: number;
  runMs: number;
  /** Time spent finding a compiled graph and preparing its run. */
  prepareMs: number;
  /** Floating-point operations of convolutions and matrix products so far. */
  flop: number;
  /** Size of the last graph run. */
  calls: number;
  inputs: number;
  outputs: number;
}

/** An output description with its interned type number, as every call of the same kind makes it. */
interface InternedSpec extends TensorSpec {
  type: number;
  size: number;
}

interface Kind {
  id: number;
  outputs: readonly InternedSpec[];
}

/**
 * A tfjs backend that computes nothing when it is asked, but writes the calls down; when somebody reads a tensor, all
 * that is pending becomes one ONNX graph, compiled once for each structure, and runs in one native call. A training
 * step that nobody looks into is one such graph.
 *
 * Every uploaded tensor, scalars included, is an input of the graph and never part of its structure: a new learning
 * rate or image finds the old graph. Uploads are copied, since the computation happens later than the call, and reads
 * return copies.
 */
export class LazyBackend extends KernelBackend {
  readonly statistics: LazyStatistics = {
    compiles: 0,
    compileMs: 0,
    runs: 0,
    runMs: 0,
    prepareMs: 0,
    flop: 0,
    calls: 0,
    inputs: 0,
    outputs: 0,
  };

  readonly #sessionOptions: NativeSessionOptions;
  readonly #channelBlock: ChannelBlock;
  readonly #cache: SessionCache;
  readonly #pool = new BufferPool();
  readonly #foreign: DataStorage<Slot>;
  readonly #kinds = new Map<string, Kind>();
  readonly #types = new Map<string, number>();
  /** In the order of recording, which is an order of execution. */
  readonly #pending = new Set<RecordedCall>();
  #slots = 0;
  #flushes = 0;
  #signature = new Int32Array(4096);

  constructor(options: { session: NativeSessionOptions; cacheBytes: number; channelBlock: ChannelBlock }) {
    super();
    this.#sessionOptions = options.session;
    this.#channelBlock = options.channelBlock;
    this.#cache = new SessionCache(options.cacheBytes);
    this.#foreign = new DataStorage<Slot>(this, engine());
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    return this.#upload(values, shape, asDtype(dtype, 'an upload'));
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const slot = this.#upload(values, shape, asDtype(dtype, 'a move from another engine'));
    slot.references = refCount;
    this.#foreign.set(dataId, slot);
  }

  override readSync(dataId: DataId): BackendValues {
    const slot = this.#slotOf(dataId);
    if (slot.values === null) this.flush();
    return reorder(numbersOf(slot), slot.shape, slot.order, 'natural');
  }

  override read(dataId: DataId): Promise<BackendValues> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(this.readSync(dataId));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  override numDataIds(): number {
    return this.#slots;
  }

  override refCount(dataId: DataId): number {
    return this.#find(dataId)?.references ?? 0;
  }

  override incRef(dataId: DataId): void {
    this.#slotOf(dataId).references++;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const slot = this.#find(dataId);
    if (slot === undefined || slot.references === 0) return true;
    slot.references--;
    if (slot.references > 0 && !force) return false;
    slot.references = 0;
    this.#slots--;
    if (!this.#owns(dataId)) this.#foreign.delete(dataId);
    slot.owner = null;
    this.#releaseUnwanted(slot);
    return true;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#pending.clear();
    this.#cache.clear();
    this.#pool.clear();
  }

  /** Number of compiled graphs in memory. */
  get cachedGraphs(): number {
    return this.#cache.size;
  }

  /** Writes a kernel call down and returns the tensors it will make. */
  record(kernel: Kernel, named: NamedTensorInfoMap, attributes: NamedAttrMap): TensorInfo | TensorInfo[] {
    const tensors = orderedInputs(kernel.inputs, named) as TensorInfo[];
    const inputs: Slot[] = new Array<Slot>(tensors.length);
    let key = kernel.name;
    for (let i = 0; i < tensors.length; i++) {
      const tensor = tensors[i];
      inputs[i] = this.#slotOf(tensor.dataId);
      key += `|${tensor.dtype}${tensor.shape.join()}`;
    }
    for (const name in attributes) key += `;${name}=${String(attributes[name])}`;
    const kind = this.#kinds.get(key) ?? this.#newKind(key, kernel, tensors, attributes);
    const outputs = kind.outputs.map((spec) => this.#newSlot(spec));
    const call: RecordedCall = {
      kernel,
      attributes,
      inputs,
      inputShapes: tensors.map((tensor) => tensor.shape),
      outputs,
      kind: kind.id,
      wantedOutputs: outputs.length,
    };
    for (const input of inputs) input.pendingReaders++;
    for (const output of outputs) output.call = call;
    this.#pending.add(call);
    return kernel.listsOutputs ? outputs.map(tensorInfo) : tensorInfo(outputs[0]);
  }

  /** The same data under another shape: no call is recorded. */
  view(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    this.#slotOf(tensor.dataId).references++;
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /**
   * Computes everything that is pending.
   * @throws LacssError 'out-of-memory' or 'engine-failed'; the tensors that were to be computed stay without numbers.
   */
  flush(): void {
    if (this.#pending.size === 0) return;
    const leaves: Slot[] = [];
    const roots: Slot[] = [];
    const started = performance.now();
    const signature = this.#sign(leaves, roots);
    try {
      this.#run(signature, leaves, roots, started);
    } catch (cause) {
      if (!isOutOfMemory(cause)) throw engineFailure(cause);
      // The other graphs hold memory too: once more without them.
      this.#cache.clear();
      this.#pool.clear();
      try {
        this.#run(signature, leaves, roots, started);
      } catch (again) {
        throw engineFailure(again);
      }
    } finally {
      this.#settle();
    }
  }

  #run(signature: Int32Array, leaves: readonly Slot[], roots: readonly Slot[], started: number): void {
    const graph = this.#cache.find(signature) ?? this.#compile(signature, leaves, roots);
    const feeds = this.#feeds(graph, leaves);
    const fetches: Record<string, NativeTensor> = {};
    const results = graph.outputs.map(({ name, dims }, i) => {
      const { dtype, size } = roots[i];
      const values = this.#pool.take(dtype, size);
      fetches[name] = { type: dtype, dims, data: values, location: 'cpu' };
      return values;
    });
    const runStarted = performance.now();
    graph.session.run(feeds, fetches);
    const finished = performance.now();
    roots.forEach((root, i) => {
      root.values = results[i];
      root.order = graph.outputs[i].order;
    });
    this.statistics.runs++;
    this.statistics.runMs += finished - runStarted;
    this.statistics.prepareMs += runStarted - started;
    this.statistics.flop += graph.flop;
    this.statistics.inputs = graph.inputs.length;
    this.statistics.outputs = graph.outputs.length;
  }

  #compile(signature: Int32Array, leaves: readonly Slot[], roots: readonly Slot[]): CompiledGraph {
    const started = performance.now();
    const graph = compileGraph([...this.#pending], leaves, roots, this.#sessionOptions, this.#channelBlock);
    this.#cache.add(signature, graph);
    this.statistics.compiles++;
    this.statistics.compileMs += performance.now() - started;
    return graph;
  }

  /**
   * Numbers the pending calls, the tensors they start from and those somebody will want afterwards. Two flushes with
   * equal numbers are the same graph.
   */
  #sign(leaves: Slot[], roots: Slot[]): Int32Array {
    const flush = ++this.#flushes;
    let mark = 0;
    let length = 0;
    for (const call of this.#pending) {
      const needed = length + 1 + 2 * call.inputs.length + call.outputs.length;
      if (needed > this.#signature.length) {
        const longer = new Int32Array(2 * needed);
        longer.set(this.#signature);
        this.#signature = longer;
      }
      const signature = this.#signature;
      signature[length++] = call.kind;
      for (const input of call.inputs) {
        if (input.flush !== flush) {
          input.flush = flush;
          input.mark = mark++;
          leaves.push(input);
          signature[length++] = -input.type;
        }
        signature[length++] = input.mark;
      }
      for (const output of call.outputs) {
        output.flush = flush;
        output.mark = mark++;
        const wanted = output.references > 0;
        if (wanted) roots.push(output);
        signature[length++] = wanted ? 1 : 0;
      }
    }
    this.statistics.calls = this.#pending.size;
    return this.#signature.subarray(0, length);
  }

  #feeds(graph: CompiledGraph, leaves: readonly Slot[]): Record<string, NativeTensor> {
    const feeds: Record<string, NativeTensor> = {};
    for (const { name, leaf, order, dims } of graph.inputs) {
      const slot = leaves[leaf];
      if (slot.order !== order) {
        // Happens once to a weight; from then on it stays in the order its graphs work with.
        if (!sameInMemory(slot.shape, slot.order, order)) {
          slot.values = reorder(numbersOf(slot), slot.shape, slot.order, order);
        }
        slot.order = order;
      }
      feeds[name] = { type: slot.dtype, dims, data: numbersOf(slot), location: 'cpu' };
    }
    return feeds;
  }

  /** Forgets the pending calls, which have run or failed, and lets go of what only they needed. */
  #settle(): void {
    for (const call of this.#pending) for (const output of call.outputs) output.call = null;
    for (const call of this.#pending) {
      for (const input of call.inputs) {
        input.pendingReaders--;
        if (input.pendingReaders === 0 && input.references === 0) this.#recycle(input);
      }
    }
    this.#pending.clear();
  }

  #upload(values: BackendValues, shape: readonly number[], dtype: Dtype): Slot {
    const size = sizeOf(shape);
    const slot = this.#newSlot({ shape: [...shape], dtype, size, type: this.#typeOf(dtype, shape) });
    slot.values = this.#pool.take(dtype, size);
    slot.values.set(values as ArrayLike<number>);
    return slot;
  }

  #newSlot({ shape, dtype, size, type }: InternedSpec): Slot {
    const slot: Slot = {
      owner: this,
      shape,
      dtype,
      size,
      type,
      references: 1,
      pendingReaders: 0,
      values: null,
      order: 'natural',
      call: null,
      mark: 0,
      flush: 0,
    };
    this.#slots++;
    return slot;
  }

  #newKind(key: string, kernel: Kernel, tensors: readonly TensorInfo[], attributes: NamedAttrMap): Kind {
    const specs = tensors.map(({ shape, dtype }) => ({
      shape,
      dtype: asDtype(dtype, `kernel ${kernel.name}`),
    }));
    const outputs = kernel.infer(specs, attributes).map(({ shape, dtype }) => ({
      shape,
      dtype,
      size: sizeOf(shape),
      type: this.#typeOf(dtype, shape),
    }));
    const kind = { id: this.#kinds.size, outputs };
    this.#kinds.set(key, kind);
    return kind;
  }

  #typeOf(dtype: Dtype, shape: readonly number[]): number {
    const key = `${dtype}${shape.join()}`;
    let type = this.#types.get(key);
    if (type === undefined) {
      type = this.#types.size + 1;
      this.#types.set(key, type);
    }
    return type;
  }

  #owns(dataId: DataId): dataId is Slot {
    return (dataId as Partial<Slot>).owner === this;
  }

  #find(dataId: DataId): Slot | undefined {
    if (this.#owns(dataId)) return dataId;
    return this.#foreign.has(dataId) ? this.#foreign.get(dataId) : undefined;
  }

  #slotOf(dataId: DataId): Slot {
    // A tensor of another backend: the storage asks tfjs to move it here.
    return this.#owns(dataId) ? dataId : this.#foreign.get(dataId);
  }

  /** Lets go of a slot nobody reads any more, and of the calls whose results thereby become useless. */
  #releaseUnwanted(first: Slot): void {
    const open = [first];
    while (open.length > 0) {
      const slot = open.pop()!;
      if (slot.references > 0 || slot.pendingReaders > 0) continue;
      const { call } = slot;
      if (call === null) {
        this.#recycle(slot);
        continue;
      }
      slot.call = null;
      call.wantedOutputs--;
      if (call.wantedOutputs > 0) continue;
      this.#pending.delete(call);
      for (const input of call.inputs) {
        input.pendingReaders--;
        open.push(input);
      }
    }
  }

  #recycle(slot: Slot): void {
    if (slot.values !== null) this.#pool.giveBack(slot.dtype, slot.values);
    slot.values = null;
  }
}

/** The numbers of a slot. @throws LacssError where the graph that was to make them failed. */
function numbersOf({ values }: Slot): HostArray {
  if (values !== null) return values;
  throw new LacssError('engine-failed', 'A tensor was read whose computation had failed before', {
    remedy: 'Start the work again; the first message says why it failed.',
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function isOutOfMemory(cause: unknown): boolean {
  return /failed to allocate|bad.alloc|out of memory/i.test(messageOf(cause));
}

function engineFailure(cause: unknown): LacssError {
  if (cause instanceof LacssError) return cause;
  const reason = messageOf(cause);
  if (isOutOfMemory(cause)) {
    return new LacssError('out-of-memory', `The onnx engine ran out of memory: ${reason}`, {
      remedy: 'Close other programs, or work on smaller tiles.',
      cause,
    });
  }
  return new LacssError('engine-failed', `The onnx engine could not run a graph: ${reason}`, {
    remedy: 'Try another engine: --engine tensorflow, or --engine cpu (slow).',
    cause,
  });
}

function tensorInfo(slot: Slot): TensorInfo {
  return { dataId: slot, shape: slot.shape as number[], dtype: slot.dtype };
}
