import type { Variable } from '@tensorflow/tfjs-core';

/**
 * Names of network parts, such as `head/conv1`. The onnx engine names graph nodes after them, so that
 * profiles and onnxruntime's errors refer to the model.
 */
const partOfVariable = new WeakMap<Variable, string>();
let current = '';

/** Assigns a variable to a part: `head/conv1/weights` belongs to `head/conv1`. */
export function nameVariable(variable: Variable, name: string): void {
  partOfVariable.set(variable, name.slice(0, Math.max(0, name.lastIndexOf('/'))));
}

/** The part whose weight a tensor is; '' if none. */
export function partOfWeight(tensor: object): string {
  return partOfVariable.get(tensor as Variable) ?? '';
}

/** Runs a function as a part of the network; the innermost part counts. */
export function inPart<T>(part: string, work: () => T): T {
  const outer = current;
  current = part;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** The part being computed; '' if none. */
export function currentPart(): string {
  return current;
}
