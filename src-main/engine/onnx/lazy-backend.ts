import { itemAt } from '../../contract/elements.ts';
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
import { currentPart, partOfWeight } from '../common/network-parts.ts';
import { CallKinds, type InternedSpec } from './call-kinds.ts';
import { GraphRunner, type RootNumbers, type RunnerOptions } from './graph-runner.ts';
import { GraphSigner, type SignedCalls } from './graph-signer.ts';
import type { TensorDtype } from './graph-builder.ts';
import { asDtype, orderedInputs, type Kernel } from './kernel.ts';
import { reorder, sizeOf, type Order } from './layout.ts';
import type { LazyStatistics } from './lazy-statistics.ts';
import type { HostArray, RecordedCall, Slot } from './slot.ts';

/**
 * A tfjs backend that records calls instead of computing them. When a tensor is read, all pending calls
 * become one ONNX graph, which runs in one native call. It is compiled once per structure. A training step
 * that reads nothing in between is one such graph.
 *
 * Every uploaded tensor, scalars included, is a graph input and not part of its structure. A new learning
 * rate or image therefore reuses the old graph. Uploads are copied, because the computation happens later
 * than the call. Reads return copies.
 */
export class LazyBackend extends KernelBackend {
  readonly #runner: GraphRunner;
  readonly #signer = new GraphSigner();
  readonly #foreign: DataStorage<Slot>;
  readonly #kinds = new CallKinds();
  /** In the order of recording, which is a valid order of execution. */
  readonly #pending = new Set<RecordedCall>();
  #slots = 0;

  constructor(options: RunnerOptions) {
    super();
    this.#runner = new GraphRunner(options);
    this.#foreign = new DataStorage<Slot>(this, engine());
  }

  get statistics(): LazyStatistics {
    return this.#runner.statistics;
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
    const slot = this.slotOf(dataId);
    if (slot.values === null) this.flush();
    return this.numbersInOrder(slot, 'natural');
  }

  override read(dataId: DataId): Promise<BackendValues> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          resolve(this.readSync(dataId));
        } catch (error) {
          reject(error);
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
    this.slotOf(dataId).references++;
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
    this.#runner.dispose();
  }

  /** Number of compiled graphs in memory. */
  get cachedGraphs(): number {
    return this.#runner.cachedGraphs;
  }

  /** Records a kernel call and returns its output tensors. */
  record(kernel: Kernel, named: NamedTensorInfoMap, attributes: NamedAttrMap): TensorInfo | TensorInfo[] {
    const tensors = orderedInputs(kernel.inputs, named) as TensorInfo[];
    const inputs: Slot[] = new Array<Slot>(tensors.length);
    let key = kernel.name;
    for (const [i, tensor] of tensors.entries()) {
      const slot = this.slotOf(tensor.dataId);
      slot.part ||= partOfWeight(tensor);
      inputs[i] = slot;
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
      part: currentPart() || (inputs.find(({ part }) => part !== '')?.part ?? ''),
      kind: kind.id,
      wantedOutputs: outputs.length,
    };
    for (const input of inputs) input.pendingReaders++;
    for (const output of outputs) output.call = call;
    this.#pending.add(call);
    return kernel.listsOutputs ? outputs.map(tensorInfo) : tensorInfo(itemAt(outputs, 0));
  }

  /** The same data with another shape; nothing is recorded. */
  view(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    this.slotOf(tensor.dataId).references++;
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /**
   * Computes everything pending.
   * @param inspect receives the graph's inputs and outputs before it runs
   * @throws LacssError 'out-of-memory' or 'engine-failed'; the tensors then stay without numbers.
   */
  flush(inspect?: (signed: SignedCalls) => void): void {
    if (this.#pending.size === 0) return;
    const started = performance.now();
    const signed = this.#signer.sign(this.#pending);
    this.statistics.calls = this.#pending.size;
    this.statistics.prepareMs += performance.now() - started;
    try {
      inspect?.(signed);
      this.#runner.run(this.#pending, signed);
    } finally {
      this.#settle();
    }
  }

  /**
   * Records a computation and runs it as its own graph, after everything pending.
   * @param inspect receives its graph's inputs and outputs. Not called if there was nothing to run, or if the
   *   computation read a tensor and so became several graphs.
   */
  runAlone(compute: () => void, inspect: (signed: SignedCalls) => void): void {
    this.flush();
    const { runs } = this.statistics;
    compute();
    this.flush(this.statistics.runs === runs ? inspect : undefined);
  }

  /** The data behind a tensor. */
  slotOf(dataId: DataId): Slot {
    // A tensor of another backend: the storage asks tfjs to move it here.
    return this.#owns(dataId) ? dataId : this.#foreign.get(dataId);
  }

  /** A copy of the numbers of a tensor of rank 4, or of any other in natural order. */
  numbersInOrder(slot: Slot, order: Order): HostArray {
    return reorder(this.#runner.hostNumbersOf(slot), slot.shape, slot.order, order);
  }

  /** Adds a reference to data, like another tensor. */
  hold(slot: Slot): void {
    if (slot.references === 0) {
      slot.owner = this;
      this.#slots++;
    }
    slot.references++;
  }

  /** Wraps a graph's result as a new tensor's data. */
  adopt({ shape, dtype, size, type }: InternedSpec, { values, order }: RootNumbers): Slot {
    const slot = this.#newSlot({ shape, dtype, size, type });
    slot.values = values;
    slot.order = order;
    return slot;
  }

  /** Replaces the numbers of data; nobody may need the old ones. */
  replaceNumbers(slot: Slot, { values, order }: RootNumbers): void {
    this.#runner.recycle(slot);
    slot.values = values;
    slot.order = order;
  }

  /** Runs a graph again on other tensors, after everything pending; undefined if it is no longer cached. */
  runAgain(
    signature: Int32Array,
    leaves: readonly Slot[],
    roots: readonly InternedSpec[],
  ): RootNumbers[] | undefined {
    this.flush();
    return this.#runner.runAgain(signature, leaves, roots);
  }

  /** Clears the pending calls after a run or failure, and releases what only they needed. */
  #settle(): void {
    for (const call of this.#pending) for (const output of call.outputs) output.call = null;
    for (const call of this.#pending) {
      for (const input of call.inputs) {
        input.pendingReaders--;
        if (input.pendingReaders === 0 && input.references === 0) this.#runner.recycle(input);
      }
    }
    this.#pending.clear();
  }

  /** Disposes a graph that will not run again. */
  forget(signature: Int32Array): void {
    this.#runner.forget(signature);
  }

  #upload(values: BackendValues, shape: readonly number[], dtype: TensorDtype): Slot {
    const size = sizeOf(shape);
    const slot = this.#newSlot({ shape: [...shape], dtype, size, type: this.#kinds.typeOf(dtype, shape) });
    const array = this.#runner.pool.take(dtype, size);
    array.set(values as ArrayLike<number>);
    slot.values = array;
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
      feeds: 0,
      call: null,
      part: '',
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

  /** Releases a slot without readers, and the calls whose results are then unused. */
  #releaseUnwanted(first: Slot): void {
    const open = [first];
    while (open.length > 0) {
      const slot = open.pop()!;
      if (slot.references > 0 || slot.pendingReaders > 0) continue;
      const { call } = slot;
      if (call === null) {
        this.#runner.recycle(slot);
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
}

function tensorInfo(slot: Slot): TensorInfo {
  return { dataId: slot, shape: slot.shape as number[], dtype: slot.dtype };
}
