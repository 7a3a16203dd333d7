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
import { CallKinds, type InternedSpec } from './call-kinds.ts';
import { compileGraph } from './compile-graph.ts';
import { engineFailure, isOutOfMemory } from './engine-failure.ts';
import { GraphSigner } from './graph-signer.ts';
import type { Dtype } from './graph-builder.ts';
import { asDtype, orderedInputs, type Kernel } from './kernels/kernel.ts';
import { reorder, sameInMemory, sizeOf, type ChannelBlock } from './layout.ts';
import { noStatistics, type LazyStatistics } from './lazy-statistics.ts';
import type { NativeSessionOptions, NativeTensor } from './native-session.ts';
import { SessionCache, type CompiledGraph } from './session-cache.ts';
import type { HostArray, RecordedCall, Slot } from './slot.ts';

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
  readonly statistics: LazyStatistics = noStatistics();

  readonly #sessionOptions: NativeSessionOptions;
  readonly #channelBlock: ChannelBlock;
  readonly #cache: SessionCache;
  readonly #pool = new BufferPool();
  readonly #signer = new GraphSigner();
  readonly #foreign: DataStorage<Slot>;
  readonly #kinds = new CallKinds();
  /** In the order of recording, which is an order of execution. */
  readonly #pending = new Set<RecordedCall>();
  #slots = 0;

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
    const kind = this.#kinds.find(key) ?? this.#kinds.add(key, kernel, tensors, attributes);
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
    const started = performance.now();
    const { signature, leaves, roots } = this.#signer.sign(this.#pending);
    this.statistics.calls = this.#pending.size;
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
    const slot = this.#newSlot({ shape: [...shape], dtype, size, type: this.#kinds.typeOf(dtype, shape) });
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

function tensorInfo(slot: Slot): TensorInfo {
  return { dataId: slot, shape: slot.shape as number[], dtype: slot.dtype };
}
