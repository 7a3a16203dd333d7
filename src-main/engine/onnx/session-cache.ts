import type { OnnxSession } from './native-session.ts';
import type { Order } from './layout.ts';

/** An input or output of a graph. */
export interface Port {
  readonly name: string;
  /** The axis order and shape of its numbers at this port. */
  readonly order: Order;
  readonly dims: readonly number[];
}

/** A compiled step: the leaves it reads and the tensors it writes. */
export interface CompiledGraph {
  readonly session: OnnxSession;
  readonly inputs: readonly (Port & { readonly leaf: number })[];
  readonly outputs: readonly Port[];
  /** Whether it runs on a GPU, where its inputs may be and its outputs stay. */
  readonly onGpu: boolean;
  /** Estimated native memory of the session. */
  readonly bytes: number;
  /** Floating-point operations of its convolutions and matrix products. */
  readonly flop: number;
}

interface CachedGraph {
  signature: Int32Array;
  graph: CompiledGraph;
}

/** Compiled graphs by structure. The least recently used are disposed when they exceed the memory budget. */
export class SessionCache {
  // Insertion order is order of use: a used entry is removed and inserted again.
  readonly #entries = new Map<string, CachedGraph[]>();
  readonly #budgetBytes: number;
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** Number of cached graphs. */
  get size(): number {
    let size = 0;
    for (const entries of this.#entries.values()) size += entries.length;
    return size;
  }

  /** The graph of that structure, or undefined. */
  find(signature: Int32Array): CompiledGraph | undefined {
    const key = hash(signature);
    const entries = this.#entries.get(key);
    const entry = entries?.find((candidate) => sameNumbers(candidate.signature, signature));
    if (entries === undefined || entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entries);
    return entry.graph;
  }

  /** Adds a graph, and disposes those that no longer fit beside it. */
  add(signature: Int32Array, graph: CompiledGraph): void {
    this.#evictDownTo(this.#budgetBytes - graph.bytes);
    const key = hash(signature);
    this.#entries.set(key, [...(this.#entries.get(key) ?? []), { signature: signature.slice(), graph }]);
    this.#bytes += graph.bytes;
  }

  /** Disposes the graph of that structure, if cached. */
  remove(signature: Int32Array): void {
    const key = hash(signature);
    const entries = this.#entries.get(key) ?? [];
    const kept = entries.filter((entry) => !sameNumbers(entry.signature, signature));
    if (kept.length === entries.length) return;
    for (const { graph } of entries.filter((entry) => !kept.includes(entry))) {
      graph.session.dispose();
      this.#bytes -= graph.bytes;
    }
    if (kept.length > 0) this.#entries.set(key, kept);
    else this.#entries.delete(key);
  }

  /** Disposes every graph. */
  clear(): void {
    this.#evictDownTo(-1);
  }

  #evictDownTo(bytes: number): void {
    for (const [key, entries] of this.#entries) {
      if (this.#bytes <= bytes) return;
      this.#entries.delete(key);
      for (const { graph } of entries) {
        graph.session.dispose();
        this.#bytes -= graph.bytes;
      }
    }
  }
}

function sameNumbers(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** FNV-1a over 32-bit words, with the length. On a collision the signatures are compared. */
function hash(signature: Int32Array): string {
  let state = 0x811c9dc5;
  for (const word of signature) state = Math.imul(state ^ word, 0x01000193) ^ (state >>> 15);
  return `${signature.length}:${state >>> 0}`;
}
