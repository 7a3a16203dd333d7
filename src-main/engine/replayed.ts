import * as tf from '@tensorflow/tfjs-core';
import { itemAt } from '../contract/elements.ts';
import { LazyBackend } from './onnx/lazy-backend.ts';
import { Replay } from './onnx/replay.ts';

/** Possible results of a computation. */
export type ReplayedResult = tf.Tensor | Record<string, tf.Tensor | number | undefined>;

/** A recorded computation, and the parts of its result that are not tensors. */
interface Recorded {
  replay: Replay;
  outcome: ReplayedResult;
}

/** Largest number of recorded computations; the least recently used are recorded again. */
const MOST_RECORDED = 64;

/**
 * Computations that are recorded once per shape of their inputs and then only repeated, if the engine
 * supports it. Finding the previous step's graph through a thousand operations and gradients takes a tenth of
 * a training step. Other engines compute normally.
 *
 * A computation may depend only on its key, the shapes and types of its inputs, and constants, because its
 * code does not run again. Every value that changes between runs, even a learning rate, must be an input or a
 * variable.
 */
export class Replayed {
  readonly #variables: readonly tf.Variable[];
  readonly #recorded = new Map<string, Recorded>();

  /** @param variables all that the computations read or assign */
  constructor(variables: readonly tf.Variable[]) {
    this.#variables = variables;
  }

  /**
   * @param key identifies the computation
   * @param inputs stay the caller's
   * @param compute the computation; tensors that it does not return are disposed
   * @throws LacssError 'out-of-memory' or 'engine-failed'; the variables are then unchanged
   */
  run<I extends tf.NamedTensorMap, R extends ReplayedResult>(
    key: string,
    inputs: I,
    compute: (inputs: I) => R,
  ): R {
    const backend = tf.backend();
    if (!(backend instanceof LazyBackend)) return tidied(() => compute(inputs));
    const place = [key, ...Object.values(inputs).map(({ dtype, shape }) => `${dtype}${shape.join()}`)].join(
      '|',
    );
    const known = this.#recorded.get(place);
    if (known !== undefined) {
      this.#recorded.delete(place);
      const tensors = known.replay.run(inputs);
      if (tensors !== undefined) {
        this.#recorded.set(place, known);
        return withTensors(known.outcome, tensors) as R;
      }
      known.replay.dispose();
    }

    let outcome: R | undefined;
    // A computation assigns variables before its graph has run successfully.
    const before = this.#variables.map((variable) => variable.clone());
    try {
      const { replay } = Replay.record(backend, inputs, this.#variables, () => {
        outcome = tidied(() => compute(inputs));
        return tensorsOf(outcome);
      });
      if (replay !== null) this.#keep(place, { replay, outcome: outcome! });
      return outcome!;
    } catch (error) {
      if (outcome !== undefined) tf.dispose(tensorsOf(outcome));
      this.#variables.forEach((variable, i) => variable.assign(itemAt(before, i)));
      throw error;
    } finally {
      tf.dispose(before);
    }
  }

  /** Drops all recorded computations and frees their graphs. */
  forget(): void {
    for (const { replay } of this.#recorded.values()) replay.dispose();
    this.#recorded.clear();
  }

  #keep(place: string, recorded: Recorded): void {
    this.#recorded.set(place, recorded);
    if (this.#recorded.size <= MOST_RECORDED) return;
    const [oldest, { replay }] = itemAt([...this.#recorded], 0);
    replay.dispose();
    this.#recorded.delete(oldest);
  }
}

function tidied<R extends ReplayedResult>(compute: () => R): R {
  return tf.tidy(compute);
}

function tensorsOf(outcome: ReplayedResult): tf.Tensor[] {
  const parts = outcome instanceof tf.Tensor ? [outcome] : Object.values(outcome);
  return parts.filter((part) => part instanceof tf.Tensor);
}

/** The result with other tensors, in the order of tensorsOf. */
function withTensors(outcome: ReplayedResult, tensors: readonly tf.Tensor[]): ReplayedResult {
  if (outcome instanceof tf.Tensor) return itemAt(tensors, 0);
  let next = 0;
  return Object.fromEntries(
    Object.entries(outcome).map(([name, part]) => [name, part instanceof tf.Tensor ? tensors[next++] : part]),
  );
}
