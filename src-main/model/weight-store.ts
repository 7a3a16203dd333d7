import * as tf from '@tensorflow/tfjs-core';
import { nameVariable } from '../engine/common/network-parts.ts';
import { SeededRandom } from './seeded-random.ts';

/** How a new weight is initialised. Deviations are standard deviations unless stated otherwise. */
export type Initialiser =
  | { kind: 'constant'; value: number }
  | { kind: 'normal'; deviation: number }
  /** Uniform in ± bound. */
  | { kind: 'uniform'; bound: number };

/**
 * He et al. 2015 (arXiv:1502.01852): variance 2 / fan, so that a ReLU layer preserves the size of its signal.
 * @param fan connections into (forward) or out of (backward) one unit
 */
export function heNormal(fan: number): Initialiser {
  return { kind: 'normal', deviation: Math.sqrt(2 / fan) };
}

/** Owns the network's variables and constants by name, in order of creation. */
export class WeightStore {
  readonly variables = new Map<string, tf.Variable>();
  readonly #constants: tf.Tensor[] = [];
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /**
   * Creates a trainable weight from the model's seed and its own name. A layer added elsewhere does not
   * change it.
   * @throws RangeError if the name exists
   */
  variable<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], initialiser: Initialiser): tf.Variable<R> {
    if (this.variables.has(name)) throw new RangeError(`Two weights are called ${name}`);
    const random = new SeededRandom(this.#seed, name);
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) {
      if (initialiser.kind === 'constant') values[i] = initialiser.value;
      else if (initialiser.kind === 'normal') values[i] = random.normal() * initialiser.deviation;
      else values[i] = random.uniform(-initialiser.bound, initialiser.bound);
    }
    const initial = tf.tensor<R>(values, shape, 'float32');
    const variable = tf.variable(initial);
    initial.dispose();
    nameVariable(variable, name);
    this.variables.set(name, variable);
    return variable;
  }

  /** A fixed tensor that lives as long as the model. */
  constant<T extends tf.Tensor>(make: () => T): T {
    const tensor = tf.keep(tf.tidy(make));
    this.#constants.push(tensor);
    return tensor;
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
    tf.dispose(this.#constants);
    this.variables.clear();
    this.#constants.length = 0;
  }
}
