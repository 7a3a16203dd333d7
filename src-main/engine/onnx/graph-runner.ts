import { itemAt } from '../../contract/elements.ts';
import { BufferPool } from './buffer-pool.ts';
import { GpuArray, GpuMemory } from './gpu-memory.ts';
import { compileGraph, FEW_NUMBERS } from './compile-graph.ts';
import { isOutOfMemory } from '../common/is-out-of-memory.ts';
import { engineFailure } from './engine-failure.ts';
import type { SignedCalls } from './graph-signer.ts';
import { reorder, sameInMemory, type ChannelBlock, type Order } from './layout.ts';
import { noStatistics, type LazyStatistics } from './lazy-statistics.ts';
import type { HostTensor, NativeSessionOptions, NativeTensor, Owned } from './native-session.ts';
import { SessionCache, type CompiledGraph } from './session-cache.ts';
import { numbersOf, type HostArray, type RecordedCall, type Slot } from './slot.ts';

export interface RunnerOptions {
  session: NativeSessionOptions;
  /** Largest native memory for compiled graphs. */
  cacheBytes: number;
  channelBlock: ChannelBlock;
}

/** A graph's result for one of its roots. */
export interface RootNumbers {
  values: HostArray | GpuArray;
  order: Order;
}

/** Compiles graphs, caches them, and runs them on recycled arrays. */
export class GraphRunner {
  readonly statistics: LazyStatistics = noStatistics();
  readonly pool = new BufferPool();

  readonly #options: RunnerOptions;
  readonly #cache: SessionCache;
  readonly #gpu: GpuMemory;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#cache = new SessionCache(options.cacheBytes);
    this.#gpu = new GpuMemory(options.session);
  }

  /** Number of compiled graphs in memory. */
  get cachedGraphs(): number {
    return this.#cache.size;
  }

  /**
   * Computes the roots of signed calls.
   * @throws LacssError 'out-of-memory' or 'engine-failed'; the roots then stay without numbers.
   */
  run(calls: Iterable<RecordedCall>, { signature, leaves, roots }: SignedCalls): void {
    const run = (): void => {
      const started = performance.now();
      const graph = this.#cache.find(signature) ?? this.#compile([...calls], { signature, leaves, roots });
      const results = this.#runGraph(graph, leaves, roots, started);
      roots.forEach((root, i) => {
        root.values = itemAt(results, i).values;
        root.order = itemAt(results, i).order;
      });
    };
    try {
      run();
    } catch (cause) {
      if (!isOutOfMemory(cause)) throw engineFailure(cause);
      // The other graphs use memory too, so retry without them.
      this.clear();
      try {
        run();
      } catch (again) {
        throw engineFailure(again);
      }
    }
  }

  /**
   * Runs a cached graph again on other leaves.
   * @param roots sizes and types of its results
   * @returns undefined if the graph is no longer cached, or if memory ran out and all graphs were dropped
   * @throws LacssError 'engine-failed'
   */
  runAgain(
    signature: Int32Array,
    leaves: readonly Slot[],
    roots: readonly Pick<Slot, 'dtype' | 'size'>[],
  ): RootNumbers[] | undefined {
    const started = performance.now();
    const graph = this.#cache.find(signature);
    if (graph === undefined) return undefined;
    try {
      return this.#runGraph(graph, leaves, roots, started);
    } catch (cause) {
      if (!isOutOfMemory(cause)) throw engineFailure(cause);
      this.clear();
      return undefined;
    }
  }

  /** Disposes a graph that will not run again. */
  forget(signature: Int32Array): void {
    this.#cache.remove(signature);
  }

  /** Returns the array of a slot, if any, to the pool. */
  recycle(slot: Slot): void {
    if (slot.values instanceof GpuArray) slot.values.release();
    else if (slot.values !== null) this.pool.giveBack(slot.dtype, slot.values);
    slot.values = null;
  }

  /**
   * The numbers of a slot on the host. GPU data is downloaded each time.
   * @throws LacssError if the graph that computes them failed
   */
  hostNumbersOf(slot: Slot): HostArray {
    const numbers = numbersOf(slot);
    return numbers instanceof GpuArray ? this.#gpu.download(numbers, slot.size) : numbers;
  }

  /** Drops graphs and spare arrays. */
  clear(): void {
    this.#cache.clear();
    this.pool.clear();
  }

  /** Frees everything, including tensors on the GPU. */
  dispose(): void {
    this.clear();
    this.#gpu.dispose();
  }

  #runGraph(
    graph: CompiledGraph,
    leaves: readonly Slot[],
    roots: readonly Pick<Slot, 'dtype' | 'size'>[],
    started: number,
  ): RootNumbers[] {
    const feeds = this.#feedsOf(graph, leaves);
    const fetches: Record<string, HostTensor | null> = {};
    const prepared = graph.outputs.map(({ name, dims }, i): HostArray | null => {
      const { dtype, size } = itemAt(roots, i);
      // For graphs on a GPU the binding does not write into given arrays.
      const data = graph.onGpu ? null : this.pool.take(dtype, size);
      fetches[name] = data && { type: dtype, dims, data, location: 'cpu' };
      return data;
    });
    const runStarted = performance.now();
    const made = graph.session.run(feeds, fetches);
    const results = graph.outputs.map(({ name, order }, i): RootNumbers => ({
      values: prepared[i] ?? this.#numbersOf(made, name),
      order,
    }));
    const { statistics } = this;
    statistics.runs++;
    statistics.runMs += performance.now() - runStarted;
    statistics.prepareMs += runStarted - started;
    statistics.flop += graph.flop;
    statistics.inputs = graph.inputs.length;
    statistics.outputs = graph.outputs.length;
    return results;
  }

  #compile(calls: readonly RecordedCall[], { signature, leaves, roots }: SignedCalls): CompiledGraph {
    const started = performance.now();
    const { session, channelBlock } = this.#options;
    const graph = compileGraph(calls, leaves, roots, session, channelBlock);
    this.#cache.add(signature, graph);
    this.statistics.compiles++;
    this.statistics.compileMs += performance.now() - started;
    return graph;
  }

  #numbersOf(results: Readonly<Record<string, Owned<NativeTensor>>>, name: string): HostArray | GpuArray {
    const made = results[name];
    if (made === undefined) throw new TypeError(`Expected a result ${name}, received none`);
    return made.location === 'cpu' ? (made.data as HostArray) : this.#gpu.adopt(made);
  }

  #feedsOf(graph: CompiledGraph, leaves: readonly Slot[]): Record<string, NativeTensor> {
    const feeds: Record<string, NativeTensor> = {};
    for (const { name, leaf, order, dims } of graph.inputs) {
      const slot = itemAt(leaves, leaf);
      if (slot.order !== order) {
        // Happens once per weight; then it stays in the order its graphs use.
        if (!sameInMemory(slot.shape, slot.order, order)) {
          const reordered = reorder(this.hostNumbersOf(slot), slot.shape, slot.order, order);
          this.recycle(slot);
          slot.values = reordered;
        }
        slot.order = order;
      }
      if (graph.onGpu) this.#keepOnGpu(slot);
      const numbers = numbersOf(slot);
      feeds[name] =
        numbers instanceof GpuArray
          ? numbers.as(dims)
          : { type: slot.dtype, dims, data: numbers, location: 'cpu' };
    }
    return feeds;
  }

  /** Numbers read a second time will be read again, like weights. They then stay on the GPU. */
  #keepOnGpu(slot: Slot): void {
    const { values } = slot;
    if (!(values instanceof Float32Array) || slot.size <= FEW_NUMBERS) return;
    if (slot.feeds++ === 0) return;
    slot.values = this.#gpu.upload(values);
    this.pool.giveBack(slot.dtype, values);
  }
}
