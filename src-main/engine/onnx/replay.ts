import { engine, type NamedTensorMap, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { itemAt } from '../../contract/elements.ts';
import type { InternedSpec } from './call-kinds.ts';
import type { SignedCalls } from './graph-signer.ts';
import type { LazyBackend } from './lazy-backend.ts';
import type { Slot } from './slot.ts';

/** Source of a graph leaf: an input by name, a variable, or a constant tensor. */
type GraphSource = string | Variable | Slot;

/** A result tensor, as a view of a root. */
interface ResultView {
  root: number;
  shape: readonly number[];
}

/** A computation with a known graph: runs again on other inputs without recording its calls. */
export class Replay {
  readonly #backend: LazyBackend;
  readonly #signature: Int32Array;
  readonly #sources: readonly GraphSource[];
  readonly #types: readonly number[];
  readonly #roots: readonly InternedSpec[];
  /** Per root; null for pure results. */
  readonly #assigned: readonly (Variable | null)[];
  readonly #results: readonly ResultView[];

  private constructor(
    backend: LazyBackend,
    { signature, leaves, roots }: SignedCalls,
    sources: readonly GraphSource[],
    assigned: readonly (Variable | null)[],
    results: readonly ResultView[],
  ) {
    this.#backend = backend;
    this.#signature = signature.slice();
    this.#sources = sources;
    this.#types = leaves.map(({ type }) => type);
    this.#roots = roots.map(({ shape, dtype, size, type }) => ({ shape, dtype, size, type }));
    this.#assigned = assigned;
    this.#results = results;
    for (const source of sources) if (isSlot(source)) backend.hold(source);
  }

  /**
   * Runs a computation for the first time.
   *
   * @param variables those it reads or assigns; everything else it reads besides its inputs is constant
   * @param compute returns the results; it may also assign to `variables`
   * @returns its tensors and the replay. The replay is null if the computation read a tensor in between or
   *   computed nothing, or if its inputs share data.
   * @throws Error if it reads another variable, or leaves a tensor that it does not return: a replay could
   *   not handle either
   */
  static record(
    backend: LazyBackend,
    inputs: NamedTensorMap,
    variables: readonly Variable[],
    compute: () => Tensor[],
  ): { results: Tensor[]; replay: Replay | null } {
    const sources = new Map<Slot, GraphSource>();
    for (const variable of variables) sources.set(backend.slotOf(variable.dataId), variable);
    for (const [name, input] of Object.entries(inputs)) sources.set(backend.slotOf(input.dataId), name);
    const isDistinct = sources.size === variables.length + Object.keys(inputs).length;
    const others = new Map(
      Object.values(engine().state.registeredVariables).map(({ dataId, name }) => [dataId, name]),
    );

    let results: Tensor[] = [];
    let replay: Replay | null = null;
    backend.runAlone(
      () => (results = compute()),
      (signed) => {
        const assigned = new Map(variables.map((variable) => [backend.slotOf(variable.dataId), variable]));
        const resulting = new Set(results.map((result) => backend.slotOf(result.dataId)));
        for (const leaf of signed.leaves) {
          if (sources.has(leaf) || !others.has(leaf)) continue;
          throw new Error(
            `A computation for replay reads a variable that was not passed, ${others.get(leaf)}`,
          );
        }
        for (const root of signed.roots) {
          if (assigned.has(root) || resulting.has(root)) continue;
          throw new Error(`A computation for replay leaves a tensor [${root.shape.join()}] behind`);
        }
        const views = results.map((result) => ({
          root: signed.roots.indexOf(backend.slotOf(result.dataId)),
          shape: result.shape,
        }));
        if (!isDistinct || views.some(({ root }) => root < 0)) return;
        replay = new Replay(
          backend,
          signed,
          signed.leaves.map((leaf) => sources.get(leaf) ?? leaf),
          signed.roots.map((root) => assigned.get(root) ?? null),
          views,
        );
      },
    );
    return { results, replay };
  }

  /**
   * Repeats the computation on other inputs; the variables get their new values.
   * @returns its tensors; undefined if its graph is no longer cached or does not fit these inputs
   * @throws LacssError 'engine-failed'; the variables are then unchanged
   */
  run(inputs: NamedTensorMap): Tensor[] | undefined {
    const backend = this.#backend;
    const leaves = this.#sources.map((source) => {
      if (typeof source === 'string') return backend.slotOf(tensorNamed(inputs, source).dataId);
      return isSlot(source) ? source : backend.slotOf(source.dataId);
    });
    if (new Set(leaves).size < leaves.length) return undefined;
    if (leaves.some(({ type }, i) => type !== this.#types[i])) return undefined;
    const numbers = backend.runAgain(this.#signature, leaves, this.#roots);
    if (numbers === undefined) return undefined;

    const made = this.#roots.map((spec, i): Slot | null => {
      const variable = itemAt(this.#assigned, i);
      if (variable === null) return backend.adopt(spec, itemAt(numbers, i));
      const slot = backend.slotOf(variable.dataId);
      if (slot.references === 1) {
        backend.replaceNumbers(slot, itemAt(numbers, i));
        return null;
      }
      // Another tensor holds the variable's previous value.
      const value = tensorOf(backend.adopt(spec, itemAt(numbers, i)), spec.shape);
      variable.assign(value);
      value.dispose();
      return null;
    });
    const used = new Set<Slot>();
    return this.#results.map(({ root, shape }) => {
      const slot = made[root] ?? backend.slotOf(itemAt(this.#assigned, root)!.dataId);
      // The first tensor has the reference that came with the slot.
      if (made[root] === null || used.has(slot)) backend.hold(slot);
      used.add(slot);
      return tensorOf(slot, shape);
    });
  }

  /** Releases the graph and the constant tensors. */
  dispose(): void {
    this.#backend.forget(this.#signature);
    for (const source of this.#sources) if (isSlot(source)) this.#backend.disposeData(source);
  }
}

function isSlot(source: GraphSource): source is Slot {
  return typeof source === 'object' && 'pendingReaders' in source;
}

function tensorOf(slot: Slot, shape: readonly number[]): Tensor {
  return engine().makeTensorFromTensorInfo({ dataId: slot, shape: [...shape], dtype: slot.dtype });
}

function tensorNamed(inputs: NamedTensorMap, name: string): Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new TypeError(`Expected an input ${name}, received none`);
  return tensor;
}
