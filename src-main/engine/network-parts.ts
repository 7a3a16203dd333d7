import type { Variable } from '@tensorflow/tfjs-core';

/**
 * Names of a network's parts, such as `head/conv1`. The onnx engine names the nodes of its graphs after them, so that
 * profiles and onnxruntime's errors point at the model.
 */
const partOfVariable = new WeakMap<Variable, string>();
let current = '';

/** Tells which weight a variable is: `head/conv1/weights` belongs to the part `head/conv1`. */
export function nameVariable(variable: Variable, name: string): void {
  partOfVariable.set(variable, name.slice(0, Math.max(0, name.lastIndexOf('/'))));
}

/** The part a tensor is a weight of; '' where it is none. */
export function partOfWeight(tensor: object): string {
  return partOfVariable.get(tensor as Variable) ?? '';
}

/** Does something as a part of the network; the innermost part counts. */
export function inPart<T>(part: string, work: () => T): T {
  const outer = current;
  current = part;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** The part that is being computed; '' where none was named. */
export function currentPart(): string {
  return current;
}
