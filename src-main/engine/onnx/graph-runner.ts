import { BufferPool } from './buffer-pool.ts';
import { CardArray, CardMemory } from './card-memory.ts';
import { compileGraph, FEW_NUMBERS } from './compile-graph.ts';
import { isOutOfMemory } from '../is-out-of-memory.ts';
import { engineFailure } from './engine-failure.ts';
import type { SignedCalls } from './graph-signer.ts';
import { reorder, sameInMemory, type ChannelBlock, type Order } from './layout.ts';
import { noStatistics, type LazyStatistics } from './lazy-statistics.ts';
import type { HostTensor, NativeSessionOptions, NativeTensor, Owned } from './native-session.ts';
import { SessionCache, type CompiledGraph } from './session-cache.ts';
import { numbersOf, type HostArray, type RecordedCall, type Slot } from './slot.ts';

export interface RunnerOptions {
  session: NativeSessionOptions;
  /** Compiled graphs may hold so much native memory. */
  cacheBytes: number;
  channelBlock: ChannelBlock;
}

/** What a graph wrote for one of its roots. */
export interface RootNumbers {
  values: HostArray | CardArray;
  order: Order;
}

/** Compiles graphs, keeps them, and runs them on arrays that it recycles. */
export class GraphRunner {
  readonly statistics: LazyStatistics = noStatistics();
  readonly pool = new BufferPool();

  readonly #options: RunnerOptions;
  readonly #cache: SessionCache;
  readonly #card: CardMemory;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#cache = new SessionCache(options.cacheBytes);
    this.#card = new CardMemory(options.session);
  }

  /** Number of compiled graphs in memory. */
  get cachedGraphs(): number {
    return this.#cache.size;
  }

  /**
   * Computes the roots of signed calls.
   * @throws LacssError 'out-of-memory' or 'engine-failed'; the roots stay without numbers.
   */
  run(calls: Iterable<RecordedCall>, { signature, leaves, roots }: SignedCalls): void {
    const run = (): void => {
      const started = performance.now();
      const graph = this.#cache.find(signature) ?? this.#compile([...calls], { signature, leaves, roots });
      const results = this.#runGraph(graph, leaves, roots, started);
      roots.forEach((root, i) => {
        root.values = results[i].values;
        root.order = results[i].order;
      });
    };
    try {
      run();
    } catch (cause) {
      if (!isOutOfMemory(cause)) throw engineFailure(cause);
      // The other graphs hold memory too: once more without them.
      this.clear();
      try {
        run();
      } catch (again) {
        throw engineFailure(again);
      }
    }
  }

  /**
   * Runs a graph that was compiled before on other leaves.
   * @param roots sizes and types of what it writes
   * @returns undefined where the graph is no longer in memory, or memory ran out and all graphs were given up
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

  /** Disposes of a graph that will not be run again. */
  forget(signature: Int32Array): void {
    this.#cache.remove(signature);
  }

  /** Hands the array of a slot back, if it has one. */
  recycle(slot: Slot): void {
    if (slot.values instanceof CardArray) slot.values.release();
    else if (slot.values !== null) this.pool.giveBack(slot.dtype, slot.values);
    slot.values = null;
  }

  /**
   * The numbers of a slot on the host. What lies on the card is brought there each time anew.
   * @throws LacssError where the graph that was to make them failed
   */
  hostNumbersOf(slot: Slot): HostArray {
    const numbers = numbersOf(slot);
    return numbers instanceof CardArray ? this.#card.download(numbers, slot.size) : numbers;
  }

  /** Forgets graphs and spare arrays. */
  clear(): void {
    this.#cache.clear();
    this.pool.clear();
  }

  /** Gives up everything, tensors on the card too. */
  dispose(): void {
    this.clear();
    this.#card.dispose();
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
      const { dtype, size } = roots[i];
      // Of graphs on a card the binding fills no arrays that it is given.
      const data = graph.onCard ? null : this.pool.take(dtype, size);
      fetches[name] = data && { type: dtype, dims, data, location: 'cpu' };
      return data;
    });
    const runStarted = performance.now();
    const made = graph.session.run(feeds, fetches);
    const results = graph.outputs.map(({ name, order }, i): RootNumbers => ({
      values: prepared[i] ?? this.#numbersOf(made[name]),
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

  #numbersOf(made: Owned<NativeTensor>): HostArray | CardArray {
    return made.location === 'cpu' ? (made.data as HostArray) : this.#card.adopt(made);
  }

  #feedsOf(graph: CompiledGraph, leaves: readonly Slot[]): Record<string, NativeTensor> {
    const feeds: Record<string, NativeTensor> = {};
    for (const { name, leaf, order, dims } of graph.inputs) {
      const slot = leaves[leaf];
      if (slot.order !== order) {
        // Happens once to a weight; from then on it stays in the order its graphs work with.
        if (!sameInMemory(slot.shape, slot.order, order)) {
          const reordered = reorder(this.hostNumbersOf(slot), slot.shape, slot.order, order);
          this.recycle(slot);
          slot.values = reordered;
        }
        slot.order = order;
      }
      if (graph.onCard) this.#keepOnCard(slot);
      const numbers = numbersOf(slot);
      feeds[name] =
        numbers instanceof CardArray
          ? numbers.as(dims)
          : { type: slot.dtype, dims, data: numbers, location: 'cpu' };
    }
    return feeds;
  }

  /** Numbers that are read a second time will be read again, as weights are: from then on they stay on the card. */
  #keepOnCard(slot: Slot): void {
    const { values } = slot;
    if (!(values instanceof Float32Array) || slot.size <= FEW_NUMBERS) return;
    if (slot.feeds++ === 0) return;
    slot.values = this.#card.upload(values);
    this.pool.giveBack(slot.dtype, values);
  }
}
